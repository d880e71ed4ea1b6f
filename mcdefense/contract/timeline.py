"""The timeline: what happens in a world under one architecture, and in which order.

What an architecture replays is its list of opportunities (Turns). Everything else that happens is
an event of a kind declared here: a side list of rows, and for each opportunity the range of them
that comes before it. The kinds come in this order where they come at one time. One list of all
events was tried: docs/explanation/model.md says what it costs.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class SideList(NamedTuple):
    """Where the range before each opportunity lies, by the names of its arrays (arrays.py)."""

    group: str
    begin: str
    end: str


class Event(Enum):
    """A kind of event, in the order in which those before one opportunity happen.

    What comes to be known at a time, such as an impact or the end of a network, is one more kind.
    """

    RELEASE = SideList("channels", "release_begin", "release_end")
    """A fire channel is free again (rule 23, `channel`)."""
    IMPACT = SideList("losses", "impact_begin", "impact_end")
    """A leaker reaches a battery or a sensor, which may be lost (rule 39, `losses`)."""
    RELOAD = SideList("reloads", "reload_begin", "reload_end")
    """Rounds are put into a magazine (rule 41, `reload`)."""
    SHARING = SideList("doctrine", "sharing_begin", "sharing_end")
    """A step of sharing the rounds of a burst (rules 18 and 19: `sharing`, `random_sharing`)."""

    @property
    def arrays(self) -> SideList:
        """Its side list."""
        return self.value
