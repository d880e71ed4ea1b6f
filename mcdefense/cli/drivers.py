"""`mcdefense drivers`: what the spread between the worlds of a result comes from."""

from __future__ import annotations

from pathlib import Path

import click

from mcdefense.cli.options import (
    example,
    print_as_json,
    print_screen,
)
from mcdefense.cli.progress import StepsShown


@click.command(epilog=example("mcdefense drivers quick.h5"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the shares as JSON.")
def drivers(file: Path, as_json: bool) -> None:
    """Print which inputs drive the leakers and the gain of a result FILE.

    Worlds differ by what they draw. A share says what of their variance goes away on average once
    an input is known: a declared draw, the raid plan, the live threats of a class or at an asset.
    Inputs without effect are listed, and the value of the strongest at which joining ceases to pay.
    """
    from mcdefense import commands

    with StepsShown("what drives the result") as steps:
        found = commands.drivers(file, progress=steps.show)
    if as_json:
        print_as_json(found.numbers)
    else:
        print_screen(found.screen)
