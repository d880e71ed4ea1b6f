"""`mcdefense plot`: one figure of a result file, or the list of figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mcdefense.cli.options import NumberRange, example, force_option, output_option
from mcdefense.plain import plain


def _list(ctx: click.Context, param: click.Parameter, file: Path | None) -> Path | None:
    """The FILE; with --list an end with the figures that are drawn of it, or of any file."""
    listed = ctx.params.pop("listed", False)
    if ctx.resilient_parsing:
        return file
    if listed:
        _print_figures(file)
        ctx.exit()
    if file is None:
        raise click.MissingParameter(ctx=ctx, param=param)
    return file


def _print_figures(file: Path | None) -> None:
    from mcdefense.report import FIGURES, figures_of

    known = FIGURES if file is None else figures_of(file)
    width = max(map(len, known))
    for name, entry in known.items():
        click.echo(f"{name:<{width}}  {entry.shows}")


@click.command(epilog=example("mcdefense plot quick.h5 worlds -o worlds.png"))
@click.argument(
    "file", type=click.Path(path_type=Path), metavar="FILE", required=False, callback=_list
)
@click.argument("name", default="")
@output_option("Picture to write: .png, .svg or .pdf.")
@force_option
@click.option("--class", "threat_class", metavar="NAME", help="Map: threat class of the reach.")
@click.option("--height-km", type=NumberRange(0.0, 1000.0), help="Map: height of the reach.")
@click.option("--architecture", metavar="NAME", help="Timeline: architecture; default compare.")
@click.option("--wave", metavar="NAME", help="Timeline: wave of the threat; default the first.")
@click.option("--member", type=click.IntRange(min=1), help="Timeline: which of it; default 1.")
@click.option("--world", type=click.IntRange(min=0), help="Timeline: in which world; default 0.")
@click.option(
    "--list",
    "listed",
    is_flag=True,
    is_eager=True,  # known where FILE is looked at
    help="Print the names of the figures that are drawn of FILE, or of all, and what each shows.",
)
def plot(file: Path, name: str, output: Path, **options: Any) -> None:
    """Draw the figure NAME of a result FILE; the leak probability by class if no NAME is given.

    Of the file of a study `curve` is drawn: along the last axis what it was asked about.

    `map` and `timeline` are drawn of a scenario: FILE is its TOML file, or a result that holds it.
    """
    from mcdefense import commands
    from mcdefense.report import entry_of

    name = commands.plotted(file, name, output, **options)
    click.echo(f"{plain(str(output))}: {entry_of(name).shows} (NOTIONAL)")
