"""`mcdefense worth`: what batteries, sensors, rounds or links save, and what joining is worth."""

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

_EXAMPLE = "mcdefense worth configs/quick_start.toml --option more=battery.south.channels=6"


@click.command(epilog=example(_EXAMPLE))
@scenario_argument
@click.option(
    "--option",
    multiple=True,
    metavar="NAME=PATH=VALUE,...",
    help="An option by values that it changes; cost=NUMBER among them is what it costs.",
)
@click.option(
    "--rounds",
    metavar="INTERCEPTOR",
    help="How many more rounds of it the baseline needs to leak no more than compare.",
)
@click.option(
    "--most-rounds", type=int, help="Try so many more at most; default as many as there are."
)
@click.option("--order", is_flag=True, help="Buy the options one after the other.")
@click.option("--of", metavar="NAME", help="Architecture that buys; default the file's compare.")
@optional_output("HDF5 file of the study to write, for `show` and `plot`.")
@study_options("numbers")
def worth(
    scenario: Path,
    output: Path | None,
    option: tuple[str, ...],
    overrides: tuple[tuple[str, str], ...],
    quiet: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Print what each option saves under each architecture of SCENARIO, on the same draws.

    An option may be a battery, a sensor, rounds or a link: whatever values change. A single place
    of which the scenario gives a source is refused, since it may be real.
    """
    refuse_unseen(output, as_json=as_json, quiet=quiet)
    from mcdefense.cli.signals import StopSignals

    with StopSignals() as stopped:
        from mcdefense.cli.progress import Reporter
        from mcdefense.run import Monitor, RunOptions
        from mcdefense.study import Asked, prepared_worth, unique

        asked = Asked(
            given.pop("rounds") or "",
            given.pop("most_rounds"),
            given.pop("order"),
            given.pop("of") or "",
        )
        options, run = unique(option, "option"), RunOptions(**given)
        ready = prepared_worth(scenario, output, options, asked, overrides, run)
        if run.dask is not None:
            stopped.let_go()
        with Reporter(quiet=quiet) as reporter:
            found = ready.run(Monitor(reporter.show, stopped))
    print_answer(found.study, as_json=as_json, quiet=quiet)
