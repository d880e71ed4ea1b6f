"""`mcdefense explain`: a term, rule, key, variable or option, as the docs say it."""

from __future__ import annotations

import click

from mcdefense.cli.options import example
from mcdefense.plain import plain


@click.command(epilog=example("mcdefense explain leaker"))
@click.argument("words", nargs=-1, required=True, metavar="WORD")
def explain(words: tuple[str, ...]) -> None:
    """Print what WORD means: a term, a rule, a key of the scenario, a variable or an option.

    A rule may be asked for by its number, a key by its table, such as battery.channels.
    """
    from mcdefense.cli.explained import explained

    click.echo(plain(explained(" ".join(words))), nl=False)
