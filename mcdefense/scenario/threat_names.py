"""What a table calls a threat: a wave, or one object of it as "wave.3"."""

from __future__ import annotations

from typing import NamedTuple

_MOST_DIGITS = 18
"""Most digits of an index, leading zeros included: far more than a raid has objects."""


class ThreatName(NamedTuple):
    """A wave, and which object of it; `member` counts from 0, None is the whole wave."""

    wave: str
    member: int | None


def threat_named(text: str) -> ThreatName | None:
    """The threat that a table's text names; None if what follows the dot is no whole number.

    The index is a number, not a text: "r.3", "r.03" and "r.003" are one object.
    """
    wave, dot, index = text.partition(".")
    if not dot:
        return ThreatName(wave, None)
    if not (index.isascii() and index.isdigit() and len(index) <= _MOST_DIGITS):
        return None
    return ThreatName(wave, int(index))
