"""`mcdefense init`: a first laydown to change, and what to do with it."""

from __future__ import annotations

from pathlib import Path

import click

from mcdefense.cli.options import example, force_option
from mcdefense.plain import plain


@click.command(epilog=example("mcdefense init laydown.toml"))
@click.argument("file", type=click.Path(path_type=Path), default=Path("laydown.toml"))
@force_option
def init(file: Path, force: bool) -> None:
    """Write a first scenario to FILE, with comments, and say the next three commands.

    FILE is laydown.toml if none is given.
    """
    from mcdefense import commands

    commands.init(file, force=force)
    shown, result = plain(str(file)), plain(str(file.with_suffix(".h5")))
    click.echo(
        f"{shown}: a first laydown (NOTIONAL). Next:\n"
        f"  mcdefense check {shown}\n"
        f"  mcdefense run {shown} -o {result}\n"
        f"  mcdefense plot {result} -o {plain(str(file.with_suffix('.png')))}"
    )
