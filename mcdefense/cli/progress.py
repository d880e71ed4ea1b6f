"""Progress of what takes long on standard error: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from mcdefense.cli.log import UnwaitedStderr, say, write_stderr

if TYPE_CHECKING:
    from mcdefense.run import Progress

LOG_EVERY_S = 10.0
"""Least time between two lines in a log."""
_PACKAGE = logging.getLogger("mcdefense")
_START = "building worlds and compiling"


class Reporter(logging.Handler):
    """Shows how far a run is and what it says; if quiet, warnings alone.

    While entered it is the one handler of the package's lines. A line that cannot be written at
    once is left out, so that nothing a run says makes it wait.
    """

    def __init__(self, *, quiet: bool) -> None:
        super().__init__()
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._bar: Any = None
        self._logged = time.monotonic()
        self._last: Progress | None = None
        self._told: Progress | None = None
        self._before = _PACKAGE.level, _PACKAGE.propagate

    def __enter__(self) -> Reporter:
        _PACKAGE.addHandler(self)
        _PACKAGE.setLevel(logging.DEBUG)
        _PACKAGE.propagate = False
        if not self._quiet:
            say(_START)
        return self

    def show(self, progress: Progress) -> None:
        """Show the progress after one more block."""
        if self._quiet:
            return
        before = 0 if self._last is None else self._last.trials_done
        self._last = progress
        if self._terminal:
            if self._bar is None:
                self._bar = _begun(
                    "trials", progress.trials, lambda shown: rate(shown) if shown else ""
                )
            self._bar.length = progress.trials  # a run to a precision comes to have more
            self._bar.update(progress.trials_done - before, progress)
        elif time.monotonic() - self._logged >= LOG_EVERY_S:
            self._logged = time.monotonic()
            self._tell(progress)

    def emit(self, record: logging.LogRecord) -> None:
        """Say a line: in a log, or below the bar. What is for a log only is left out there."""
        least = logging.INFO if self._terminal else logging.DEBUG
        if record.levelno < (logging.WARNING if self._quiet else least):
            return
        if self._bar is not None:
            write_stderr("\n")
        elif record.levelno < logging.INFO and self._last is not None:
            self._tell(self._last)
        say(record.getMessage())

    def _tell(self, progress: Progress) -> None:
        if progress is not self._told:
            self._told = progress
            say(line(progress))

    def __exit__(self, *exc: object) -> None:
        _PACKAGE.removeHandler(self)
        level, _PACKAGE.propagate = self._before
        _PACKAGE.setLevel(level)
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
        elif self._last is not None:
            self._tell(self._last)


class StepsShown:
    """Shows on standard error how much is done of a piece of work that simulates nothing: a bar on
    a terminal, and in a log a line now and then, none if the work is short."""

    def __init__(self, work: str) -> None:
        self._work = work
        self._terminal = sys.stderr.isatty()
        self._bar: Any = None
        self._logged = time.monotonic()

    def __enter__(self) -> StepsShown:
        return self

    def show(self, done: int, of: int) -> None:
        """Show that so many of all steps are done."""
        if self._terminal:
            if self._bar is None:
                self._bar = _begun(self._work, of)
            self._bar.update(done - self._bar.pos)
        elif time.monotonic() - self._logged >= LOG_EVERY_S:
            self._logged = time.monotonic()
            say(f"{self._work}: {done:,} of {of:,} steps")

    def __exit__(self, *exc: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)


def _begun(work: str, length: int, shown: Callable[[Any], str] | None = None) -> Any:
    """A bar on standard error, whose terminal may be closed or stopped at any time."""
    bar: Any = click.progressbar(
        length=length,
        label=f"NOTIONAL  {work}",
        file=cast(TextIO, UnwaitedStderr()),
        item_show_func=shown,
        width=24,
    )
    bar.__enter__()
    return bar


def rate(progress: Progress) -> str:
    """Pairings judged a second, on average so far."""
    return f"{progress.pairings / max(progress.elapsed_s, 1e-9) / 1e6:.3g} million pairings/s"


def line(progress: Progress) -> str:
    """One log line."""
    return (
        f"{progress.trials_done:,} of {progress.trials:,} trials, "
        f"{progress.elapsed_s:.0f} s, {rate(progress)}"
    )
