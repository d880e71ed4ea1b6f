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


def say(text: str, *, wait: bool = False) -> None:
    """One line, with the program's name in front.

    A line that cannot be written at once is left out: a pipe that nobody empties, or a full disk
    under the log, must not keep a run from its result. What a command ends with is the result, so
    that there `wait` has it wait for a slow reader.
    """
    write_stderr(f"mcdefense: {plain(text)}\n", wait=wait)


def write_stderr(text: str, *, wait: bool = False) -> None:
    """Write this to standard error. What cannot be written is left out, as on a terminal that has
    been closed; unless told to `wait` also what cannot be at once, as on one that Ctrl-S stopped.
    """
    try:
        descriptor = sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):  # replaced by another object, as in tests
        click.echo(text, err=True, nl=False)
        return
    rest = text.encode(errors="replace")
    try:
        if wait:
            while rest:
                select.select([], [descriptor], [])  # others may have made it one that never waits
                rest = rest[os.write(descriptor, rest[: select.PIPE_BUF]) :]
        # A pipe that is ready takes at least PIPE_BUF bytes, more than a line, without waiting.
        elif select.select([], [descriptor], [], 0)[1]:
            if len(rest) > select.PIPE_BUF:
                rest = rest[: select.PIPE_BUF - 1] + b"\n"
            os.write(descriptor, rest)
    except OSError:
        return  # there is no other place to say so


class UnwaitedStderr(io.TextIOBase):
    """Standard error as a stream that takes whatever can be written at once, and never fails."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return sys.stderr.isatty()

    def write(self, text: str) -> int:
        """Write the text, or leave it out."""
        write_stderr(text)
        return len(text)
