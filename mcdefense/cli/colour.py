"""Colour on a terminal, and nowhere else: in a pipe or a file a screen is plain text."""

from __future__ import annotations

import os
import sys

import click


def wanted() -> bool:
    """Whether standard output is a terminal that may have colour (no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def coloured(screen: str) -> str:
    """A screen with its marking, its answer and its warnings set off, if colour is wanted."""
    if not wanted():
        return screen
    lines = screen.split("\n")
    marking, space, title = lines[0].partition("  ")
    lines[0] = f"{click.style(marking, fg='white', bg='red', bold=True)}{space}{title}"
    blank = [number for number, line in enumerate(lines) if not line]
    answer = blank[0] + 1 if blank else 0
    warned = False
    for number, line in enumerate(lines[1:], 1):
        warned = line.startswith("! ") or (warned and line.startswith("  "))
        if number == answer:
            lines[number] = click.style(line, bold=True)
        elif warned:
            lines[number] = click.style(line, fg="yellow")
    return "\n".join(lines)
