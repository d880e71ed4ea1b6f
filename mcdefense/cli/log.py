"""Standard streams that neither block nor end a run, whatever became of their reader."""

from __future__ import annotations

import codecs
import io
import os
import select
import sys

import click

from mcdefense.plain import plain

_INSTEAD = {"±": "+-", "…": "...", "–": "-", "−": "-"}
"""What stands for signs of the screens where a stream's encoding has no such sign."""


def usable_streams() -> None:
    """Make every standard stream one that can be written or read.

    A closed one is opened to nothing: else the next file that the program opens would get its
    number, and what was meant for the stream. One of another encoding writes what stands for a
    sign, or a `?`, where it has no such sign.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))
    codecs.register_error("mcdefense", _instead)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="mcdefense")


def finish_stderr() -> None:
    """Write out what libraries left in standard error, or leave it out where nothing can be
    written: Python would end a run that succeeded with exit code 120."""
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 until the end


def _instead(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_INSTEAD.get(sign, "?") for sign in signs), error.end


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
