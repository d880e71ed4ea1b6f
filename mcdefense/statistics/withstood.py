"""The largest raid that a defence withstands, read off a study along its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mcdefense.statistics.study import Study


class Criterion(NamedTuple):
    """When a defence withstands a raid: with `estimate` "p_no_leakers" if that is `limit` or more,
    with "expected_leakers" if that is `limit` or less."""

    estimate: str
    limit: float

    @property
    def words(self) -> str:
        """The criterion in words."""
        if self.estimate == "p_no_leakers":
            return f"P(no leaker) of {self.limit:g} or more"
        return f"{self.limit:g} leakers a raid or fewer"


class Switch(NamedTuple):
    """Neighbours among the sizes that clearly pass or fail, of which one passes and one fails."""

    low: float
    high: float
    passes_after: bool


@dataclass(frozen=True)
class Withstood:
    """What one architecture withstands, as far as the sizes on the grid tell it.

    `value` is the largest size up to which every size passes, None where not even the smallest one
    does, and `below` the next one, which fails, None where every size passes: the largest raid
    withstood has `value` or more, and less than `below`. `low` and `high` are the ends of its 95 %
    interval, and hold that whole gap: up to `low` every size passes with its whole interval, None
    where the smallest does not, and `high` is the first size that fails with its whole interval,
    None where none does, so that the truth may lie beyond the grid. Of a size that is a whole
    number, `high` is that size less 1, the largest that is left. `all_pass` says that every size
    passes with its whole interval. `changes` are all crossings: curves need not fall.
    """

    value: float | None
    below: float | None
    low: float | None
    high: float | None
    changes: tuple[Switch, ...]
    all_pass: bool


def withstood(study: Study, criterion: Criterion) -> tuple[Withstood, ...]:
    """What each architecture withstands along the only axis of a study, of sizes as numbers."""
    axis = study.axes[0]
    sizes = [float(value) for value in axis.values]
    return tuple(
        withstood_along(
            sizes,
            [study.estimates[criterion.estimate + end][:, a] for end in ("", "_low", "_high")],
            criterion,
            whole=is_whole(axis.path),
        )
        for a in range(len(study.architectures))
    )


def is_whole(path: str) -> bool:
    """Whether sizes along this path are whole numbers: those of a wave are, a scale is not."""
    return path.endswith(".count")


def withstood_along(
    sizes: Sequence[float],
    estimate: Sequence[np.ndarray],
    criterion: Criterion,
    *,
    whole: bool = False,
) -> Withstood:
    """The same of an estimate and the ends of its interval at these sizes [N]."""
    order = np.argsort(np.array(sizes), kind="stable")
    along = np.array(sizes)[order]
    value, low, high = (np.asarray(end)[order] for end in estimate)
    if criterion.estimate == "p_no_leakers":
        seen, passes, fails = (
            value >= criterion.limit,
            low >= criterion.limit,
            high < criterion.limit,
        )
    else:
        seen, passes, fails = (
            value <= criterion.limit,
            high <= criterion.limit,
            low > criterion.limit,
        )
    changes, before = [], None
    for i in range(along.size):
        if passes[i] or fails[i]:
            if before is not None and passes[i] != passes[before]:
                change = Switch(float(along[before]), float(along[i]), bool(passes[i]))
                changes.append(change)
            before = i
    fail = _next(along, ~fails)
    return Withstood(
        value=_last(along, seen),
        below=_next(along, seen),
        low=_last(along, passes),
        high=fail - 1.0 if whole and fail is not None else fail,
        changes=tuple(changes),
        all_pass=bool(passes.all()),
    )


def _last(sizes: np.ndarray, run: np.ndarray) -> float | None:
    """The last size before the first at which it is not so; None if that is the smallest."""
    stop = int(np.logical_and.accumulate(run).sum())
    return None if stop == 0 else float(sizes[stop - 1])


def _next(sizes: np.ndarray, run: np.ndarray) -> float | None:
    """The first size at which it is not so; None if there is none."""
    stop = int(np.logical_and.accumulate(run).sum())
    return None if stop == run.size else float(sizes[stop])
