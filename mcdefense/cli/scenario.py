"""`mcdefense scenario`: the scenario that a result file was made of."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mcdefense.cli.options import example
from mcdefense.plain import plain


@click.command(epilog=example("mcdefense scenario quick.h5"))
@click.argument("file", type=click.Path(path_type=Path))
def scenario(file: Path) -> None:
    """Print the scenario of a result FILE as it was run, overrides applied."""
    from mcdefense import commands

    text = commands.scenario_of(file)
    click.echo(plain(text.expandtabs()) if sys.stdout.isatty() else text, nl=False)
