"""Whether two studies hold the same, bit for bit, times and places of their making apart."""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np

from mcdefense.statistics import Result, Study
from tests.support.same_file import PROVENANCE


def _told(provenance: dict[str, str | int | float]) -> dict[str, str | int | float]:
    return {
        name: value
        for name, value in provenance.items()
        if not any(fnmatchcase(name, pattern) for pattern in PROVENANCE if pattern != "shard")
    }


def _same_point(one: Result, other: Result) -> bool:
    """The tally with its axes, what was drawn, and what is told beside it."""
    names = ("plan", "night", "schedule_hash", "check_hash")
    return (
        one.tally.equals(other.tally)
        and one.tally["leakers_histogram"].shape == other.tally["leakers_histogram"].shape
        and all(np.array_equal(getattr(one, n), getattr(other, n)) for n in names)
        and list(one.parameters) == list(other.parameters)
        and all(np.array_equal(v, other.parameters[n], True) for n, v in one.parameters.items())
        and one.scenario_text == other.scenario_text
        and _told(one.provenance) == _told(other.provenance)
    )


def same(one: Study, other: Study) -> bool:
    """Whether all counts, draws, names and estimates are the same, in the same order."""
    return (
        one.axes == other.axes
        and one.base == other.base
        and all(_same_point(a, b) for a, b in zip(one.points, other.points, strict=True))
        and one.estimates.keys() == other.estimates.keys()
        and all(np.array_equal(v, other.estimates[n], True) for n, v in one.estimates.items())
        and _told(one.provenance) == _told(other.provenance)
    )
