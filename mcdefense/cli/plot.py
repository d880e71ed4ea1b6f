"""`mcdefense plot`: the figure of a result file."""

from __future__ import annotations

from pathlib import Path

import click

from mcdefense.cli.options import force_option, output_option
from mcdefense.plain import plain


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@output_option("Picture to write: .png, .svg or .pdf.")
@force_option
def plot(file: Path, output: Path, force: bool) -> None:
    """Draw the leak probability by threat class from a result FILE."""
    from mcdefense import commands

    commands.figure(file, output, force=force)
    click.echo(f"{plain(str(output))}: leak probability by threat class (NOTIONAL)")
