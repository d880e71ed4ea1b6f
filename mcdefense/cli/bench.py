"""`mcdefense bench`: how fast this machine simulates."""

from __future__ import annotations

import click

from mcdefense.cli.options import NumberRange, example


@click.command(epilog=example("mcdefense bench --seconds 1"))
@click.option(
    "--seconds",
    type=NumberRange(0.1, 600),
    default=3.0,
    help="Seconds to measure for; default 3.",
)
@click.option("--devices", type=int, help="Cores or GPUs to use; default all.")
def bench(seconds: float, devices: int | None) -> None:
    """Measure how fast this machine simulates a built-in case."""
    from mcdefense.report import speed_lines
    from mcdefense.run import measure

    click.echo(speed_lines(measure(seconds=seconds, devices=devices)), nl=False)
