"""`mcdefense brief`: one page on a result or a study, for people who decide."""

from __future__ import annotations

from pathlib import Path

import click

from mcdefense.cli.options import example, force_option, output_option
from mcdefense.cli.progress import StepsShown
from mcdefense.plain import plain


@click.command(epilog=example("mcdefense brief quick.h5 -o brief.html"))
@click.argument("file", type=click.Path(path_type=Path))
@output_option("HTML page to write.")
@click.option(
    "--pdf",
    type=click.Path(path_type=Path),
    help="PDF to print too, by a Chromium or Chrome of this machine.",
)
@force_option
def brief(file: Path, output: Path, pdf: Path | None, force: bool) -> None:
    """Write a page for people who decide, on a FILE of a result or a study: answer and limits."""
    from mcdefense import commands

    with StepsShown("what drives the result") as steps:
        commands.brief(file, output, pdf=pdf, force=force, progress=steps.show)
    for path in (output, pdf):
        if path is not None:
            click.echo(f"{plain(str(path))}: a brief of {plain(str(file))} (NOTIONAL)")
