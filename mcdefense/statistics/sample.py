"""The worlds of a run as a sample in which every raid plan counts by its stated weight.

Plans are strata: with weights w_p, means m_p and variances s_p^2 of n_p worlds each, a mean over
the run is sum(w_p m_p) and its variance sum(w_p^2 s_p^2 / n_p). The plans that worlds happen to
draw add nothing to it. (W. G. Cochran, Sampling Techniques, 3rd ed., 1977, sections 5.3, 5A.12.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mcdefense.statistics.axes import Axes
from mcdefense.statistics.tally import Tally

_SQUARED = frozenset({"live_squared", "leakers_live", "leakers_squared", "leakers_product"})
"""Sums of products of two counts of a trial: the weight of a world enters twice."""


@dataclass(frozen=True, eq=False)
class Sample:
    """A tally, and how much each of its worlds counts.

    `scale` [W] multiplies what a world counts; the trials scaled add up to `trials`, which is
    Kish's effective number. `strata` [W] numbers the groups within which worlds are compared, -1
    for a world that does not count: plans, but a plan with a single world shows no variance, so
    such plans are taken together, a sole one with the plan of fewest worlds. That adds what the
    plans differ by to the variance, so it is wider, and it covers. Both are None without plans:
    then all worlds are one sample.
    """

    counted: Tally
    scale: np.ndarray | None = None
    strata: np.ndarray | None = None

    @property
    def axes(self) -> Axes:
        """Axes of the tally."""
        return self.counted.axes

    @property
    def trials(self) -> float:
        """Trials of the run, or as many independent ones of one sample as they are worth."""
        if self.scale is None:
            return self.counted.trials
        return float(self.scale @ self.counted["trials"])

    def __getitem__(self, name: str) -> np.ndarray:
        """A count of each world [W, ...], as much as the world counts."""
        return self.weighted(self.counted[name], 2 if name in _SQUARED else 1)

    def weighted(self, by_world: np.ndarray, power: int = 1) -> np.ndarray:
        """What each world adds [W, ...], times its scale or a power of that."""
        if self.scale is None:
            return by_world
        scale = self.scale.reshape(-1, *[1] * (by_world.ndim - 1))
        return np.asarray(by_world * scale**power)

    def whole(self, name: str) -> np.ndarray:
        """The sum over the run of a count that has a part `_by_world`, batteries added up."""
        if self.scale is None:
            total = self.counted[name]
            return total.sum(axis=1) if name.startswith("rounds_") else total
        return np.asarray(self[f"{name}_by_world"].sum(axis=0))


def sample_of(
    tally: Tally, plan: Sequence[str] | np.ndarray | None, weights: Mapping[str, float] | None
) -> Sample:
    """The sample of a tally whose worlds drew these plans [W], of these weights.

    Plans that no world has drawn are left out, and the weights of the others stand in for theirs.
    """
    trials = tally["trials"].astype(np.float64)
    if not weights or plan is None or len(plan) != trials.size:
        return Sample(tally)
    names = {name: place for place, (name, w) in enumerate(weights.items()) if w > 0}
    place = np.array([names.get(str(name), -1) for name in plan], np.int64)
    place[trials == 0] = -1
    drawn = [p for p in names.values() if np.any(place == p)]
    if len(drawn) < 2:
        return Sample(tally)
    weight = np.array([list(weights.values())[p] for p in drawn], np.float64)
    weight /= weight.sum()
    of_plan = np.array([trials[place == p].sum() for p in drawn])
    worth = 1 / np.sum(weight**2 / of_plan)
    scale = np.zeros(trials.size)
    for p, factor in zip(drawn, weight / of_plan * worth, strict=True):
        scale[place == p] = factor
    return Sample(tally, scale, _together(place, drawn))


def _together(place: np.ndarray, drawn: list[int]) -> np.ndarray:
    """Strata [W] of worlds with these plans, those of a single world put with others."""
    strata = place.copy()
    number = {p: int(np.count_nonzero(place == p)) for p in drawn}
    single = [p for p in drawn if number[p] == 1]
    if len(single) == 1:
        single.append(min((p for p in drawn if p != single[0]), key=lambda p: number[p]))
    for p in single:
        strata[place == p] = single[0]
    return strata
