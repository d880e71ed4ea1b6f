"""The loss of a network during the raid (rule 38): two trials played as one on the same stocks."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from mcdefense.scenario.model_command import Network
from tests.system.reference.reference_draws import ONSET, TrialDraws
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

    def refuses(self, launch_ms: int) -> set[str] | None:
        """The causes that a launch leaves which is not its cell's to decide; None if it is."""
        lost, handed = launch_ms >= self.onset_ms, launch_ms >= self.handed_ms
        if handed if self.takes_over else not lost:
            return None
        return {self.cause} if lost and not handed else set()


def onset_ms(network: Network, draws: TrialDraws) -> int:
    """When the network is lost: one of the window's milliseconds, by 30 bits of the draw."""
    assert network.onset_s is not None
    window = network.onset_s if isinstance(network.onset_s, tuple) else (network.onset_s,) * 2
    first, last = (milliseconds(end) for end in window)
    return first + (draws.draw(ONSET, 0, 0) // 2 * (last - first + 1) >> 30)


def from_when(time_ms: int) -> float:
    """From when on what begins at a time holds: from the very start if at 0 s."""
    return time_ms if time_ms > 0 else -math.inf


def cut(trial: Any, charge: Charge, after: Any | None) -> None:
    """Let a trial's cells be in charge until the network is lost; another trial takes over with all
    that is left, but for what cells remember."""
    trial.charge = charge
    if after is None:
        return
    after.charge = charge._replace(takes_over=True)
    shared = ("rounds", "engaged", "killing", "died_ms", "met", "counts", "denied", "lost")
    for name in (*shared, "queue", "entered"):
        setattr(after, name, getattr(trial, name))
    trial.together = after.together = [trial, after]


def charge_of(network: Network, draws: TrialDraws) -> Charge:
    """When the architecture's own cells are in charge."""
    onset = onset_ms(network, draws)
    if network.fallback == "none":
        return Charge(from_when(onset), math.inf, False, "unavailable")
    handed = onset + milliseconds(network.dead_time_s)
    return Charge(from_when(onset), from_when(handed), False, "network")
