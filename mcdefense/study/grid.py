"""A sweep: one scenario run at every point of a grid of values, or as a list of named cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcdefense.run import (
    DEFAULT,
    UNWATCHED,
    Monitor,
    RunOptions,
    Workers,
    files_of_run,
    inputs_of,
    refuse_inputs,
    workers_of,
)
from mcdefense.scenario import Scenario, load
from mcdefense.statistics import Study
from mcdefense.study.begun import check_output, refuse_options
from mcdefense.study.plan import Planned, plan_study
from mcdefense.study.points import run_points
from mcdefense.study.values import by_path, values_along

Over = Mapping[str, Sequence[Any] | str]
"""Values by path: a list of them, or `"10:200:10"`."""
Overrides = Mapping[str, Any] | Sequence[tuple[str, Any]]
Cases = Mapping[str, Mapping[str, Any]]
"""Values by path, by the name of the case."""


def _of_table(scenario: Scenario) -> tuple[Over, Cases]:
    """Axes and cases of the scenario's own [study] table, if it has one."""
    table = scenario.study
    if table is None:
        return {}, {}
    return dict(table.over), {name: by_path(values) for name, values in table.case.items()}


@dataclass(frozen=True)
class Prepared:
    """A study that is ready to be run: its scenarios are without a fault."""

    plan: Planned
    output: Path | None
    options: RunOptions

    def run(
        self,
        monitor: Monitor = UNWATCHED,
        begun: Study | None = None,
        workers: Workers | None = None,
    ) -> Study:
        """Run every point, or what is left of them; what is `begun` in memory is not run again.
        `workers` are those of Dask if they are there already."""
        there = workers_of(self.options) if workers is None else nullcontext(workers)
        with there as used:
            return run_points(self.plan, self.output, self.options, monitor, begun, used)


def sweep(
    scenario: Path | str,
    output: Path | str | None = None,
    *,
    over: Over | None = None,
    cases: Cases | None = None,
    overrides: Overrides = (),
    options: RunOptions = DEFAULT,
) -> Study:
    """Run the scenario of a TOML file at every point of a grid, or as each of some named cases.

    `over` has the values by path, such as `{"raid.drones.count": [10, 20, 30]}`; `cases` have
    values by path for each name, beside the case `base`, which is the scenario as it stands.
    `overrides` hold at every point. All points have the same worlds, trials and seed, so that they
    differ by what was changed and less by luck. With `output` the study is written there, saved
    meanwhile and resumed as a run is. A `shard` of the options runs its points alone, and is
    written beside `output`, named after it; `merge` puts the shards together.

    Raises InputError for a path or a value that the scenario cannot have, before anything is run.
    """
    return prepared(scenario, output, over, cases, overrides, options).run()


def prepared(
    scenario: Path | str,
    output: Path | str | None,
    over: Over | None,
    cases: Cases | None,
    overrides: Overrides,
    options: RunOptions,
    option: str = "",
) -> Prepared:
    """The same before anything is run; `run` then takes a monitor. `option` is what asks for the
    cases, where that is another one than `case`."""
    refuse_options(options)
    given = list(overrides.items() if isinstance(overrides, Mapping) else overrides)

    def loaded(values: Sequence[tuple[str, Any]]) -> Scenario:
        return load(scenario, [*given, *values])

    if not over and not cases:
        over, cases = _of_table(loaded(()))
    grid = {
        path: values_along(f"{path}={values}")[1] if isinstance(values, str) else tuple(values)
        for path, values in (over or {}).items()
    }
    plan = plan_study(loaded, grid, cases, option)
    if options.shard is not None:
        options.shard.places(len(plan.scenarios), "points")
    path = None if output is None else options.file(Path(output))
    if path is not None:
        base = plan.scenarios[plan.base]
        refuse_inputs(files_of_run(path), inputs_of(Path(scenario), base))
        check_output(path, options)
    return Prepared(plan, path, options)
