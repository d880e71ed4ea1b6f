"""`mcdefense show`: the screen of a result file, or its numbers as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from mcdefense.cli.options import example, margin_option, print_result, print_study


@click.command(epilog=example("mcdefense show quick.h5 --by cause"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--by",
    type=click.Choice(["asset", "class", "battery", "cause", "plan", "fate", "rounds"]),
    help="A table by asset, threat class, battery, cause, raid plan, fate or rounds instead.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the estimates as JSON; with --by, the table's."
)
@margin_option
def show(file: Path, by: str | None, as_json: bool, margin: float | None) -> None:
    """Print the screen of a result FILE, or of the file of a study."""
    from mcdefense import commands
    from mcdefense.statistics import Result

    found = commands.opened(file, by, margin)
    if isinstance(found, Result):
        print_result(found, as_json=as_json, quiet=False, by=by)
    else:
        print_study(found, as_json=as_json, quiet=False)
