"""What a raid has cost by each time, as figures and tables show it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mcdefense.errors import Fault, InputError
from mcdefense.report.reading import Interval, Reading
from mcdefense.statistics import leakers_so_far, lost_so_far, sample_of

_HOUR_S, _LONGEST_IN_MINUTES_S = 3600, 4 * 3600


KINDS = ("batteries", "sensors")
"""What leakers can take from the defence."""


class Losses(NamedTuple):
    """By the end of each bin of time, means a raid."""

    edges: np.ndarray
    """Begin of the first bin and end of each [T + 1], in `unit`."""
    unit: str
    """"min" or "h" since the raid's start."""
    per_s: float
    """Units a second."""
    leakers: np.ndarray
    """Leakers so far [A, T], and the ends of their 95 % intervals."""
    low: np.ndarray
    high: np.ndarray
    lost: np.ndarray
    """Batteries and sensors lost so far [2, A, T]."""

    @property
    def kinds(self) -> tuple[int, ...]:
        """Positions in KINDS of what was ever lost."""
        return tuple(kind for kind in range(len(KINDS)) if self.lost[kind].any())

    def leakers_at(self, a: int, place: int) -> Interval:
        """Leakers so far under an architecture by the end of a bin."""
        return Interval(*(float(each[a, place]) for each in (self.leakers, self.low, self.high)))


def has_times(reading: Reading) -> bool:
    """Whether the result counts by time, as those of a file before format 2.3 do not."""
    return reading.result.tally.axes.time.size > 0


def losses_of(reading: Reading) -> Losses:
    """What the raid has cost by each time. Raises InputError for a result that does not count it.

    The last bin has no end; it is shown as wide as the others.
    """
    if not has_times(reading):
        text = "the result counts nothing by time, as its file is of a format before 2.3"
        raise InputError([Fault("", "", f"{text}: run the scenario again")])
    result = reading.result
    sample = sample_of(result.tally, result.plan, reading.plan_weights)
    starts = result.tally.axes.time
    width = int(starts[1] - starts[0]) if starts.size > 1 else 1
    ends = np.append(starts, starts[-1] + width)
    in_hours = ends[-1] - ends[0] > _LONGEST_IN_MINUTES_S
    per_s = 1 / _HOUR_S if in_hours else 1 / 60
    leakers, low, high = leakers_so_far(sample)
    # By the end of the last bin they are those of the raid, whose interval every screen shows.
    for ends_so_far, name in ((low, "low"), (high, "high")):
        ends_so_far[:, -1] = result[f"expected_leakers_{name}"]
    return Losses(
        ends * per_s, "h" if in_hours else "min", per_s, leakers, low, high, lost_so_far(sample)
    )


def windows_of(reading: Reading, losses: Losses) -> dict[int, tuple[float, float]]:
    """When the networks of the architectures shown are lost during the raid, in `losses.unit`."""
    return {
        a: (begin * losses.per_s, end * losses.per_s)
        for a, (begin, end) in reading.onsets.items()
        if a in reading.shown
    }
