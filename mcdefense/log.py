"""Lines on standard error that neither block nor end a run, whatever became of their reader."""

from __future__ import annotations

import os
import select
import sys

import click

_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")
del _CONTROL[ord("\n")]


def plain(text: str) -> str:
    """The text without control characters but line ends: in a title or a path, which may be
    anybody's, they would steer the terminal."""
    return text.translate(_CONTROL)


def say(text: str) -> None:
    """One line, with the program's name in front.

    A line that cannot be written is left out: a pipe that nobody empties, or a full disk under
    the log, must not keep a run from its result.
    """
    text = plain(text)
    try:
        descriptor = sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):  # replaced by another object, as in tests
        click.echo(f"mcdefense: {text}", err=True)
        return
    try:
        # A pipe that is ready takes at least PIPE_BUF bytes, more than a line, without waiting.
        if select.select([], [descriptor], [], 0)[1]:
            line = f"mcdefense: {text}\n".encode(errors="replace")
            os.write(descriptor, line if len(line) <= select.PIPE_BUF else line[: select.PIPE_BUF])
    except OSError:
        return  # there is no other place to say so
