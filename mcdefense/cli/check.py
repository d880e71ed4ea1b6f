"""`mcdefense check`: what the model understood of a scenario, and what looks wrong in it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mcdefense.cli.options import example, override_option, scenario_argument, strict_option
from mcdefense.errors import McdefenseError
from mcdefense.plain import plain


@click.command(epilog=example("mcdefense check configs/quick_start.toml"))
@scenario_argument
@override_option
@click.option(
    "--worlds", type=click.IntRange(1, 1000), default=2, help="Worlds to look at; default 2."
)
@click.option(
    "--precision",
    metavar="LEAKERS|SHARE%",
    help="Simulate a pilot, and say which worlds and trials reach this half-width of the "
    "headline's interval in least time, such as 0.05 or 1%.",
)
@strict_option
def check(
    scenario: Path,
    overrides: tuple[tuple[str, str], ...],
    worlds: int,
    precision: str | None,
    strict: bool,
) -> None:
    """Print what the model understood of SCENARIO, and what looks wrong; simulate nothing, unless
    a pilot for --precision."""
    from mcdefense.preview import check as checked
    from mcdefense.run import Precision
    from mcdefense.scenario import load

    aim = None if precision is None else Precision.parse(precision)
    found = checked(load(scenario, overrides), worlds, aim)
    click.echo(plain(found.screen), nl=False)
    if strict and found.warnings:
        sys.exit(McdefenseError.exit_code)
