"""Monte Carlo comparison of joined and separate air and missile defences; NOTIONAL figures only.

    scenario = mcdefense.load("scenario.toml")        # what the user wrote, checked
    result = mcdefense.simulate(scenario)             # worlds x trials x architectures, counted
    print(mcdefense.screen(result))                   # the comparison on one screen
    mcdefense.write(result, "result.h5")              # HDF5 that is netCDF-4 too
    dataset = mcdefense.to_xarray(mcdefense.read("result.h5"))

Importing the package imports neither JAX nor any other large library: each name below is
imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcdefense.errors import Fault, InputError, McdefenseError
    from mcdefense.report.screen import screen
    from mcdefense.run import Progress, simulate
    from mcdefense.scenario import Scenario, load, loads
    from mcdefense.statistics import Result
    from mcdefense.store import StoreError, read, to_xarray, write

_HOME = {
    "Fault": "mcdefense.errors",
    "InputError": "mcdefense.errors",
    "McdefenseError": "mcdefense.errors",
    "Progress": "mcdefense.run",
    "Result": "mcdefense.statistics",
    "Scenario": "mcdefense.scenario",
    "StoreError": "mcdefense.store",
    "load": "mcdefense.scenario",
    "loads": "mcdefense.scenario",
    "read": "mcdefense.store",
    "screen": "mcdefense.report",
    "simulate": "mcdefense.run",
    "to_xarray": "mcdefense.store",
    "write": "mcdefense.store",
}

__all__ = [
    "Fault",
    "InputError",
    "McdefenseError",
    "Progress",
    "Result",
    "Scenario",
    "StoreError",
    "load",
    "loads",
    "read",
    "screen",
    "simulate",
    "to_xarray",
    "write",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mcdefense' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
