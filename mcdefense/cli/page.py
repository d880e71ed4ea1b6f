"""The page of the docs on the command line, from the commands themselves.

`python -m mcdefense.cli.page > docs/reference/command_line.md` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from mcdefense.cli import main

_HEAD = """\
# The command line

This page is made from the commands by `python -m mcdefense.cli.page`. `mcdefense COMMAND --help`
prints the same on the screen.

A command prints its result on standard output, and what it does meanwhile on standard error. Its
exit code says how it ended:

| exit code | meaning |
| ---: | --- |
| 0 | done |
| 1 | something went wrong that is no fault of the input, such as a full disk |
| 2 | a fault of the input: every fault is named with its place, and no file was touched |
| 75 | stopped by a signal, and saved: `--resume` goes on |
| 130 | interrupted, and nothing is saved |
"""


def describe_commands() -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    top = click.Context(main, info_name="mcdefense")
    for name in main.list_commands(top):
        command = main.get_command(top, name)
        if command is not None and not command.hidden:
            parts += _command(command, click.Context(command, info_name=name, parent=top))
    return "\n".join(parts)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"## `{context.info_name}`\n"
    yield f"`{usage}`\n"
    for paragraph in (command.help or "").split("\n\n"):
        yield f"{' '.join(paragraph.split())}\n"
    shown = (command.epilog or "").partition("Example:\n")[2].strip()
    if shown:
        yield f"Example: `{shown}`\n"
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    records = [record for p in options if (record := p.get_help_record(context)) is not None]
    if records:
        yield "| option | meaning |\n| --- | --- |"
        yield from (f"| `{_cell(names)}` | {_cell(meaning)} |" for names, meaning in records)
        yield ""


def _cell(text: str) -> str:
    """Text in one line; `|` would end the cell of the table."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    print(describe_commands(), end="")
