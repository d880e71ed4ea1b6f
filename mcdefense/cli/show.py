"""`mcdefense show`: the screen of a result file, or its numbers as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from mcdefense.cli.options import print_result


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--by",
    type=click.Choice(["asset", "class", "battery", "cause", "fate", "rounds"]),
    help="A table by asset, threat class, battery or cause instead.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the estimates as JSON; with --by, the table's."
)
def show(file: Path, by: str | None, as_json: bool) -> None:
    """Print the screen of a result FILE."""
    from mcdefense.store import read

    print_result(read(file), as_json=as_json, quiet=False, by=by)
