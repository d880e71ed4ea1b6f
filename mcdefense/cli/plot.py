"""`mcdefense plot`: the figure of a result file."""

from __future__ import annotations

from pathlib import Path

import click

from mcdefense.cli.options import force_option, output_option
from mcdefense.plain import plain


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("name", default="leak_probability")
@output_option("Picture to write: .png, .svg or .pdf.")
@force_option
def plot(file: Path, name: str, output: Path, force: bool) -> None:
    """Draw the figure NAME from a result FILE; by default the leak probability by threat class."""
    from mcdefense import commands

    commands.figure(file, output, name, force=force)
    click.echo(f"{plain(str(output))}: {name.replace('_', ' ')} (NOTIONAL)")
