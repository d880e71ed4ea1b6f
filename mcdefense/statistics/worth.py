"""What an option is worth: leakers saved against the base, and how many rounds joining is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mcdefense.statistics.contrast import Side, all_leakers, contrast
from mcdefense.statistics.leakage import Three
from mcdefense.statistics.study import Study

EACH_TRIED = 15
"""With so many more rounds at most, or fewer, every number of them is tried."""


@dataclass(frozen=True)
class RoundsWorth:
    """How many more rounds a defence apart needs to leak no more than the joined one.

    `value` is the least number tried with which it leaks no more. Only what was tried is known, so
    that it may need as few as `at_least`, one more than was tried before. `low` and `high` are the
    ends of the 95 % interval, and hold that gap: up to the number tried before `low` it surely
    leaks more, and from `high` on, which was tried, it surely does not. None stands for more than
    `most`, the largest tried. `tried` are the numbers, `leakers` what the defence apart leaks with
    them, and `joined` what the joined one leaks as it is.
    """

    interceptor: str
    value: int | None
    low: int | None
    high: int | None
    most: int
    tried: tuple[int, ...]
    leakers: tuple[Three, ...]
    joined: Three

    @property
    def at_least(self) -> int | None:
        """The least number that may be enough by the estimates."""
        return _after_the_last(self.tried, self.value)


def saved(study: Study, point: int, architecture: int) -> Three:
    """Leakers a raid that the option of a point saves under one architecture: base less option, by
    world."""
    value, low, high = _of(study, "change_expected_leakers", point, architecture)
    return 0.0 - value, 0.0 - high, 0.0 - low  # never -0.0


def not_told_apart(study: Study, point: int, others: Sequence[int], architecture: int) -> list[int]:
    """Those of the other points whose leakers a raid under one architecture do not differ from
    those of a point at 95 %, paired by world."""
    this = Side(study.points[point], architecture)
    found = []
    for other in others:
        _, low, high = _difference(this, Side(study.points[other], architecture))
        if low <= 0 <= high:
            found.append(other)
    return found


def rounds_worth(
    interceptor: str, extra: tuple[int, ...], study: Study, pair: tuple[int, int]
) -> RoundsWorth:
    """How many of the `extra` rounds of each point bring the first architecture of the pair to what
    the second leaks without any; the first point has none."""
    apart, joined = pair
    base = Side(study.points[0], joined)
    differences = [_difference(base, Side(point, apart)) for point in study.points]
    shown = [_of(study, "expected_leakers", point, apart) for point in range(len(study.points))]
    low = _first(extra, [d[1] <= 0 for d in differences])
    return RoundsWorth(
        interceptor=interceptor,
        value=_first(extra, [d[0] <= 0 for d in differences]),
        low=_after_the_last(extra, low),
        high=_sure(extra, [d[2] <= 0 for d in differences]),
        most=extra[-1],
        tried=extra,
        leakers=tuple(shown),
        joined=_of(study, "expected_leakers", 0, joined),
    )


def _first(extra: tuple[int, ...], holds: list[bool]) -> int | None:
    return next((n for n, so in zip(extra, holds, strict=True) if so), None)


def _after_the_last(extra: tuple[int, ...], number: int | None) -> int | None:
    """One more than the number tried before this one; the number itself if it is the first."""
    place = 0 if number is None else extra.index(number)
    return extra[place - 1] + 1 if place else number


def _sure(extra: tuple[int, ...], holds: list[bool]) -> int | None:
    """The least number from which on it holds at every larger one too."""
    found = None
    for number, so in zip(reversed(extra), reversed(holds), strict=True):
        if not so:
            break
        found = number
    return found


def _difference(base: Side, other: Side) -> Three:
    """Leakers a raid, other less base, paired by world."""
    value, low, high = (float(end[0]) for end in contrast(base, other, all_leakers).difference)
    return value, low, high


def _of(study: Study, name: str, point: int, architecture: int) -> Three:
    """An estimate of the study at one of its points, with its interval."""
    where = (*study.where(point), architecture)
    value, low, high = (float(study.estimates[name + end][where]) for end in ("", "_low", "_high"))
    return value, low, high
