"""What a cell believes of an object, and what a trial came to."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from tests.system.reference.reference_world import Opportunity

CAUSES = (
    "no_opportunity",
    "unavailable",
    "not_tracked",
    "network",
    "lost",
    "not_called",
    "held",
    "no_decision",
    "no_channel",
    "no_magazine",
    "missed",
    "judged_dead",
    "killed",
)
"""What can become of a live threat, the weakest first (rule 29)."""


@dataclass
class Look:
    """A cell's look at an object, from its first launch on."""

    first: Opportunity
    wasted: bool
    owed: int
    last_intercept_ms: int
    over_ms: int
    open: bool = True


@dataclass
class Belief:
    """What a cell believes of an object."""

    looks: int = 0
    look: Look | None = None
    alive: bool = True
    by_look: bool = False
    """The last look showed a dead threat, rightly or not: what others see changes nothing."""
    seen_dead: bool = False
    share: int = 0
    """What the plan of the burst allotted it, until a look opens."""


@dataclass
class Replay:
    """What a trial came to under one architecture."""

    present: list[bool]
    cause: list[str]
    died_ms: list[int | None]
    counts: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """By (what, battery, interceptor, class)."""
    rounds: dict[tuple[str, str], int] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    looks: Counter[int] = field(default_factory=Counter)
    """By object: looks that any cells had had at it."""
    put_in: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rounds put into each magazine during the raid."""
    onset_ms: float = -math.inf
    """When the network was lost during the raid; before everything where it was not."""
