"""Who watches a run: is shown how far it is, may ask it to stop, gets its lines by `logging`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

LOGGER = logging.getLogger("mcdefense.run")
"""Where a run's lines go: INFO for the user, WARNING if something did not work and the run goes on,
DEBUG for a log that somebody reads once a job went wrong."""


@dataclass(frozen=True)
class Progress:
    """How far a run is; `pairings` are opportunities x trials x architectures judged so far."""

    trials_done: int
    trials: int
    pairings: int
    elapsed_s: float


def _to_nobody(_: Progress) -> None:
    return


def never() -> bool:
    """That nobody asks to stop."""
    return False


@dataclass(frozen=True)
class Monitor:
    """What a run calls while it goes on.

    The run calls `show` with its progress after every block of trials, and asks `stopped` before
    every block whether it should save what is done and end. Its lines go to `logger`.
    """

    show: Callable[[Progress], None] = _to_nobody
    stopped: Callable[[], bool] = never
    logger: logging.Logger = LOGGER


UNWATCHED = Monitor()
"""Shows nothing and never asks to stop."""
