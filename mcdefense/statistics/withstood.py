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
    """What one architecture withstands, by sizes on the grid.

    `value` is the largest size up to which every size passes; `low` and `high` are the ends of its
    95 % interval: up to `low` every interval passes, and after `high` the next one fails. None
    stands for not even the smallest size; `beyond` for `high` being the largest one, so that the
    truth may lie beyond the grid, and `all_pass` for `low` being so. `changes` are all crossings:
    curves need not fall.
    """

    value: float | None
    low: float | None
    high: float | None
    changes: tuple[Switch, ...]
    beyond: bool
    all_pass: bool


def withstood(study: Study, criterion: Criterion) -> tuple[Withstood, ...]:
    """What each architecture withstands along the only axis of a study, of sizes as numbers."""
    sizes = [float(value) for value in study.axes[0].values]
    return tuple(
        withstood_along(
            sizes,
            [study.estimates[criterion.estimate + end][:, a] for end in ("", "_low", "_high")],
            criterion,
        )
        for a in range(len(study.architectures))
    )


def withstood_along(
    sizes: Sequence[float], estimate: Sequence[np.ndarray], criterion: Criterion
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
    ends = [_last_of_run(along, run) for run in (seen, passes, ~fails)]
    return Withstood(
        value=ends[0],
        low=ends[1],
        high=ends[2],
        changes=tuple(changes),
        beyond=not bool(fails.any()),
        all_pass=bool(passes.all()),
    )


def _last_of_run(sizes: np.ndarray, run: np.ndarray) -> float | None:
    """The last size before the first at which it is not so; None if that is the smallest."""
    stop = int(np.argmin(run)) if not run.all() else run.size
    return None if stop == 0 else float(sizes[stop - 1])
