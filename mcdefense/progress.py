"""Progress of a run: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from typing import Any

import click

from mcdefense.run import Progress

LOG_EVERY_S = 10.0


class Reporter:
    """Shows progress on standard error; nothing if quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._logged = time.monotonic()
        self._last: Progress | None = None

    def __enter__(self) -> Reporter:
        if not self._quiet and not sys.stderr.isatty():
            click.echo("mcdefense: building worlds and compiling", err=True)
        return self

    def show(self, progress: Progress) -> None:
        """Show how far the run is."""
        if self._quiet:
            return
        last, self._last = self._last, progress
        if sys.stderr.isatty():
            if self._bar is None:
                self._bar = click.progressbar(
                    length=progress.trials, label="NOTIONAL  trials", file=sys.stderr, width=30
                )
                self._bar.__enter__()
            self._bar.update(progress.trials_done - (last.trials_done if last else 0))
        elif time.monotonic() - self._logged >= LOG_EVERY_S:
            self._logged = time.monotonic()
            click.echo(line(progress), err=True)

    def __exit__(self, *exc: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
        elif self._last is not None:
            click.echo(line(self._last), err=True)


def line(progress: Progress) -> str:
    """One log line."""
    rate = progress.pairings / max(progress.elapsed_s, 1e-9) / 1e6
    return (
        f"mcdefense: {progress.trials_done:,} of {progress.trials:,} trials, "
        f"{progress.elapsed_s:.0f} s, {rate:.0f} million pairings/s"
    )
