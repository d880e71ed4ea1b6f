"""`mcdefense sweep`: a scenario at every point of a grid of values, or as named cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mcdefense.cli.options import (
    example,
    grid_options,
    output_option,
    print_study,
    scenario_argument,
    shard_option,
    study_options,
)


@click.command(
    epilog=example(
        "mcdefense sweep configs/quick_start.toml --over raid.cruise.count=10:30:10 -o s.h5"
    )
)
@scenario_argument
@output_option("HDF5 file to write.")
@grid_options
@shard_option
@study_options("estimates")
def sweep(
    scenario: Path,
    output: Path,
    over: tuple[str, ...],
    case: tuple[str, ...],
    shard: str | None,
    overrides: tuple[tuple[str, str], ...],
    **given: Any,
) -> None:
    """Run SCENARIO at every point of a grid and write one file with an axis for each --over.

    All points have the same worlds, trials and draws. Each is held against the base: the point
    that has the scenario's own values, or the first along an axis that lacks them. Asked to stop
    it saves what is done and exits with 75; --resume goes on.
    """
    quiet, as_json = given.pop("quiet"), given.pop("as_json")
    from mcdefense.cli.signals import StopSignals

    with StopSignals() as stopped:
        from mcdefense.cli.progress import Reporter
        from mcdefense.run import Monitor, RunOptions, Shard
        from mcdefense.study import prepared, unique

        axes, cases = unique(over, "over"), unique(case, "case")
        part = None if shard is None else Shard.parse(shard)
        options = RunOptions(shard=part, **given)
        ready = prepared(scenario, output, axes, cases, overrides, options)
        if options.dask is not None:
            stopped.let_go()
        with Reporter(quiet=quiet) as reporter:
            study = ready.run(Monitor(reporter.show, stopped))
    print_study(study, as_json=as_json, quiet=quiet)
