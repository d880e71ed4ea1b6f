"""Monte Carlo comparison of joined and separate air and missile defences; NOTIONAL figures only.

    scenario = mcdefense.load("scenario.toml")        # what the user wrote, checked
    result = mcdefense.simulate(scenario)             # worlds x trials x architectures, counted
    print(mcdefense.screen(result))                   # the comparison on one screen
    mcdefense.write(result, "result.h5")              # HDF5 that is netCDF-4 too
    dataset = mcdefense.to_xarray(mcdefense.read("result.h5"))

What the command line does, Python does too: `check` a scenario before it is run, `run_to_file` with
checkpoints and in shards, `merge` those, `show` a file, draw its `figure` or make a `brief` of it,
`compare` architectures of one file or of several, and get the scenario back by `scenario_of`.

Importing the package imports neither JAX nor any other large library: each name below is
imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.commands import (
        brief,
        compare,
        drivers,
        figure,
        merge,
        scenario_of,
        show,
        sweep,
        withstand,
        worth,
    )
    from mcdefense.errors import Fault, InputError, McdefenseError
    from mcdefense.preview import Checked, check
    from mcdefense.report.comparison import Compared
    from mcdefense.report.screen import screen
    from mcdefense.run import Monitor, Precision, Progress, RunOptions, Shard, run_to_file, simulate
    from mcdefense.scenario import Scenario, load, loads
    from mcdefense.statistics import Criterion, Result, Study
    from mcdefense.store import StoreError, read, read_study, to_xarray, write, write_study

_HOME = {
    "Checked": "mcdefense.preview",
    "Fault": "mcdefense.errors",
    "InputError": "mcdefense.errors",
    "McdefenseError": "mcdefense.errors",
    "Monitor": "mcdefense.run",
    "Precision": "mcdefense.run",
    "Progress": "mcdefense.run",
    "Result": "mcdefense.statistics",
    "RunOptions": "mcdefense.run",
    "Scenario": "mcdefense.scenario",
    "Shard": "mcdefense.run",
    "StoreError": "mcdefense.store",
    "brief": "mcdefense.commands",
    "Compared": "mcdefense.report",
    "check": "mcdefense.preview",
    "compare": "mcdefense.commands",
    "drivers": "mcdefense.commands",
    "figure": "mcdefense.commands",
    "load": "mcdefense.scenario",
    "loads": "mcdefense.scenario",
    "merge": "mcdefense.commands",
    "Criterion": "mcdefense.statistics",
    "Study": "mcdefense.statistics",
    "read": "mcdefense.store",
    "read_study": "mcdefense.store",
    "sweep": "mcdefense.commands",
    "withstand": "mcdefense.commands",
    "worth": "mcdefense.commands",
    "write_study": "mcdefense.store",
    "run_to_file": "mcdefense.run",
    "scenario_of": "mcdefense.commands",
    "screen": "mcdefense.report",
    "show": "mcdefense.commands",
    "simulate": "mcdefense.run",
    "to_xarray": "mcdefense.store",
    "write": "mcdefense.store",
}

__all__ = [
    "Checked",
    "Compared",
    "Criterion",
    "Fault",
    "InputError",
    "McdefenseError",
    "Monitor",
    "Precision",
    "Progress",
    "Result",
    "RunOptions",
    "Scenario",
    "Shard",
    "StoreError",
    "Study",
    "brief",
    "check",
    "compare",
    "drivers",
    "figure",
    "load",
    "loads",
    "merge",
    "read",
    "read_study",
    "run_to_file",
    "scenario_of",
    "screen",
    "show",
    "simulate",
    "sweep",
    "to_xarray",
    "withstand",
    "worth",
    "write",
    "write_study",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
