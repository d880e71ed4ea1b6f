"""Lines on standard error that neither block nor end a run, whatever became of their reader."""

from __future__ import annotations

import os
import select
import sys

import click


def say(text: str) -> None:
    """One line, with the program's name in front.

    A line that cannot be written is left out: a pipe that nobody empties, or a full disk under
    the log, must not keep a run from its result.
    """
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
