"""`mcdefense compare`: two architectures of one result, or of several."""

from __future__ import annotations

from pathlib import Path

import click

from mcdefense.cli.options import (
    against_option,
    example,
    margin_option,
    of_option,
    print_as_json,
    print_screen,
)


@click.command(epilog=example("mcdefense compare quick.h5 --of integrated --against separate"))
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@of_option
@against_option(
    "Architecture of the first file to compare it with; default the headline's baseline, or "
    "between files the same as --of."
)
@margin_option
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def compare(
    files: tuple[Path, ...],
    of: str | None,
    against: str | None,
    margin: float | None,
    as_json: bool,
) -> None:
    """Compare two architectures of a result, or each further one of FILES with the first.

    Between files it says what changed in the scenario too. Files of the same seed and worlds are
    compared world by world, others as independent runs.
    """
    from mcdefense import commands

    found = commands.compare(*files, of=of, against=against, margin=margin)
    if as_json:
        print_as_json([one.numbers for one in found])
    else:
        print_screen("\n".join(one.screen for one in found))
