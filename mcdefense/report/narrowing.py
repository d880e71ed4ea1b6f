"""What would make the intervals of a result shorter: more worlds, or more trials of each."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mcdefense.report.as_run import worlds_differ
from mcdefense.report.reading import Reading

NEARLY_ALL = 0.9
"""Share of the variance that lies between worlds, or within them, for the other part to matter
little."""
_FEW, _ENOUGH = 64, 128
"""Worlds below which intervals are known to be too short, and from which they were seen to hold as
often as they say (docs/tutorial/reading-the-screen.md)."""


def what_narrows(reading: Reading, shown: Sequence[int]) -> str:
    """Whether worlds or trials would make the intervals of these architectures shorter, as a
    sentence with a blank after it; nothing where it cannot be told."""
    estimates = reading.result.estimates
    within, between = (
        float(np.sum(estimates[f"sampling_error_{where}"][list(shown)] ** 2))
        for where in ("within", "between")
    )
    if math.isnan(within + between) or not within + between:
        return ""
    share = between / (within + between)
    if share > NEARLY_ALL:
        return "More worlds would narrow the intervals, more trials hardly. "
    if share < 1 - NEARLY_ALL:
        return "Trials narrow the intervals, whether in more worlds or in the same. "
    return "More worlds would narrow the intervals most, more trials less. "


def few_worlds(reading: Reading) -> str:
    """That intervals from so few worlds hold less often than they say, as a sentence with a blank
    after it; nothing where they do not, or where worlds cannot differ."""
    if not 1 < reading.worlds < _FEW or not worlds_differ(reading):
        return ""
    return f"Intervals from so few worlds hold less often than 95 %: take {_ENOUGH}. "
