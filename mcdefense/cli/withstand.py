"""`mcdefense withstand`: the largest raid at its mix that each architecture withstands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mcdefense.cli.options import (
    example,
    optional_output,
    print_answer,
    refuse_unseen,
    scenario_argument,
    study_options,
)


@click.command(
    epilog=example(
        "mcdefense withstand configs/quick_start.toml --leakers 2 --refine 0 --worlds 64"
    )
)
@scenario_argument
@click.option(
    "--p-no-leakers",
    type=float,
    metavar="P",
    help="A raid is withstood if the probability of no leaker is this or more.",
)
@click.option(
    "--leakers",
    type=float,
    metavar="LEAKERS",
    help="A raid is withstood if it leaks so many threats or fewer in the mean.",
)
@click.option(
    "--over",
    metavar="PATH=SIZES",
    help="Sizes, of raid.scale or raid.NAME.count; default raid.scale=0.25:2:0.25.",
)
@click.option(
    "--refine",
    type=int,
    default=2,
    help="How often to halve the gaps in which an architecture ceases to pass; default 2.",
)
@optional_output("HDF5 file of the study to write, for `show` and `plot`.")
@study_options("sizes")
def withstand(
    scenario: Path,
    output: Path | None,
    overrides: tuple[tuple[str, str], ...],
    quiet: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Print the largest raid that each architecture of SCENARIO withstands.

    The raid grows at its mix, on the same draws. A size is withstood if every size up to it meets
    the criterion by the estimates; the interval beside it says what of that is clear at 95 %. All
    sizes between which it clearly is met, or no longer met, are printed, since curves need not
    fall. Nothing searches for a worse mix.
    """
    refuse_unseen(output, as_json=as_json, quiet=quiet)
    from mcdefense.cli.signals import StopSignals

    with StopSignals() as stopped:
        from mcdefense.cli.progress import Reporter
        from mcdefense.run import Monitor, RunOptions
        from mcdefense.study import SIZES, criterion_of, prepared_sizes

        criterion = criterion_of(given.pop("p_no_leakers"), given.pop("leakers"))
        over, refine = given.pop("over"), given.pop("refine")
        over = SIZES if over is None else over
        options = RunOptions(**given)
        ready = prepared_sizes(scenario, output, over, criterion, refine, overrides, options)
        if options.dask is not None:
            stopped.let_go()
        with Reporter(quiet=quiet) as reporter:
            found = ready.run(Monitor(reporter.show, stopped))
    print_answer(found.study, as_json=as_json, quiet=quiet)
