"""`mcdefense show`: the screen of a result file, or its numbers as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from mcdefense.cli.options import (
    against_option,
    example,
    margin_option,
    of_option,
    print_result,
    print_study,
)


@click.command(epilog=example("mcdefense show quick.h5 --by cause"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--by",
    type=click.Choice(["asset", "class", "battery", "cause", "plan", "fate", "rounds"]),
    help="A table by asset, threat class, battery, cause, raid plan, fate or rounds instead.",
)
@of_option
@against_option("Architecture to compare it with; default the headline's baseline.")
@click.option(
    "--all", "every", is_flag=True, help="With --by: every architecture, not only these two."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the estimates as JSON; with --by, the table's."
)
@margin_option
def show(
    file: Path,
    by: str | None,
    of: str | None,
    against: str | None,
    every: bool,
    as_json: bool,
    margin: float | None,
) -> None:
    """Print the screen of a result FILE, or of the file of a study.

    A table has the two architectures that the headline compares, or those of --of and --against;
    JSON has all. Of a study that `worth` or `withstand` wrote it prints their answer.
    """
    from mcdefense import commands
    from mcdefense.statistics import Result

    found = commands.opened(file, by, margin, of, against, every=every)
    if isinstance(found, Result):
        print_result(found, as_json=as_json, quiet=False, by=by, every=every)
    else:
        print_study(found, as_json=as_json, quiet=False)
