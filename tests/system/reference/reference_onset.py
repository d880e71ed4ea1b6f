"""The loss of networks and posts during the raid (rules 38 and 43): trials played as one on the
same stocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from mcdefense.scenario.model_command import Network
from tests.system.reference.reference_draws import ONSET, TrialDraws
from tests.system.reference.reference_losses import Lost
from tests.system.reference.reference_raid import milliseconds


class Charge(NamedTuple):
    """When the cells of a defence may fire, in one trial; times in ms."""

    onset_ms: float
    """From which on the network is lost."""
    handed_ms: float
    """From which on the fallback fires."""
    takes_over: bool
    """Whether the cells are the fallback's."""
    cause: str
    post: str | None = None
    """The asset with which the network is lost."""
    dead_ms: float = 0
    """From then until the fallback fires."""
    alone: bool = False
    """Whether the cells are batteries whose post was lost."""

    def refuses(self, launch_ms: int, lost: Lost, led_from: str | None) -> set[str] | None:
        """The causes that a launch leaves which is not its cell's to decide, given the post of the
        cell; None if it is."""
        damaged_ms = lost.damaged_ms.get(self.post or "", math.inf)
        gone = launch_ms >= min(self.onset_ms, damaged_ms)
        handed = launch_ms >= min(self.handed_ms, damaged_ms + self.dead_ms)
        led = launch_ms < lost.damaged_ms.get(led_from or "", math.inf)
        if led == self.alone:
            return set()
        if handed if self.takes_over else not gone:
            return None
        return {self.cause} if gone and not handed else set()


def onset_ms(network: Network, draws: TrialDraws) -> int:
    """When the network is lost: one of the window's milliseconds, by 30 bits of the draw."""
    assert network.onset_s is not None
    window = network.onset_s if isinstance(network.onset_s, tuple) else (network.onset_s,) * 2
    first, last = (milliseconds(end) for end in window)
    return first + (draws.draw(ONSET, 0, 0) // 2 * (last - first + 1) >> 30)


def from_when(time_ms: float) -> float:
    """From when on what begins at a time holds: from the very start if at 0 s."""
    return time_ms if time_ms > 0 else -math.inf


def cut(trial: Any, others: Sequence[Any]) -> None:
    """Play other trials with one: they fire with all that is left, but for what cells remember."""
    shared = ("rounds", "engaged", "killing", "died_ms", "met", "counts", "denied", "lost")
    for other in others:
        for name in (*shared, "queue", "entered"):
            setattr(other, name, getattr(trial, name))
    together = [trial, *others]
    for one in together:
        one.together = together


def charge_of(network: Network | None, onset: float, post: str | None) -> Charge:
    """When the architecture's own cells are in charge, where the network is lost at this onset
    [ms], or with this post."""
    if network is None or network.fallback == "none":
        return Charge(from_when(onset), math.inf, False, "unavailable", post, math.inf)
    dead_ms = milliseconds(network.dead_time_s)
    handed = from_when(onset + dead_ms)
    return Charge(from_when(onset), handed, False, "network", post, dead_ms)
