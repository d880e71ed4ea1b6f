"""How much larger a raid one architecture withstands than another, on the same worlds.

The largest size that an architecture withstands is read off its estimates along the sizes, and the
ends of that size's interval off the ends of theirs (`withstood`). The interval of a difference of
two such sizes is read off in the same way, of estimates that are moved together: at every size and
for every architecture by z half-widths of its interval, where the z [sizes x architectures] are
drawn many times from a normal distribution with the correlations that the worlds show. For that,
what each world adds to an error is multiplied by a normal number of the world (the multiplier
bootstrap: R. Y. Liu, Annals of Statistics 16(4), 1988). So an architecture alone keeps the interval
that it has, and what moves both architectures alike leaves their difference as it is.

A grid tells each of the two sizes only to the gap between the last size that passes and the next,
so that the difference is known to the two gaps, and its interval holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mcdefense.statistics.anew import weights_of
from mcdefense.statistics.by_plan import live_a_raid
from mcdefense.statistics.intervals import NORMAL_CRITICAL
from mcdefense.statistics.sample import sample_of
from mcdefense.statistics.sampling import residuals_by_worlds, safe_divide
from mcdefense.statistics.study import Study
from mcdefense.statistics.withstood import Criterion, is_whole

_DRAWS = 4000
_CHUNK = 2**24
"""Numbers of the worlds of some draws at most."""
_ALIKE = 1e-9
"""Worlds whose residuals are smaller, in counts, are alike but for rounding."""

Bounds = tuple[np.ndarray, np.ndarray]


class Grid(NamedTuple):
    """Between what the largest raid lies of which so many sizes of a grid pass, from none of them
    to all [N + 1]: from the last that passes to the next."""

    least: np.ndarray
    most: np.ndarray


@dataclass(frozen=True)
class Larger:
    """A difference of two sizes with its 95 % interval; None for a value that the grid does not
    tell to a single number, and for an end that nothing bounds, as one of the two lies beyond the
    grid."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class WithstoodMore:
    """How much larger a raid `compare` withstands than the `baseline`: by its `size` on the grid,
    and by the live `threats` that a raid of that size has in the mean."""

    baseline: str
    compare: str
    size: Larger
    threats: Larger


def withstood_more(study: Study, criterion: Criterion) -> tuple[WithstoodMore, ...]:
    """What every other architecture withstands more than the baseline of the headline, along the
    only axis of a study, of sizes as numbers."""
    names = study.architectures
    known = str(study.provenance.get("baseline", ""))
    base = names.index(known) if known in names else 0
    sizes = np.array([float(value) for value in study.axes[0].values])
    order = np.argsort(sizes, kind="stable")
    sizes = sizes[order]
    seen, passes = _passing(study, criterion, order)
    threats = live_threats(study)[order]
    of_sizes = Grid(np.append(0.0, sizes), np.append(sizes, np.inf))
    of_threats = Grid(np.append(0.0, threats), np.append(threats, np.inf))
    if is_whole(study.axes[0].path):
        of_sizes = Grid(of_sizes.least, of_sizes.most - 1.0)
        alone = of_sizes.least == of_sizes.most
        of_threats = Grid(of_threats.least, np.where(alone, *of_threats))
    grids, found = (of_sizes, of_threats), []
    for a in (a for a in range(len(names)) if a != base):
        size, number = (
            _difference(grid, seen[:, [base, a]], passes[..., [base, a]]) for grid in grids
        )
        found.append(WithstoodMore(names[base], names[a], size, number))
    return tuple(found)


def _passing(study: Study, criterion: Criterion, order: np.ndarray) -> tuple[np.ndarray, ...]:
    """Whether each size, in this order, passes for each architecture [N, A], as estimated and in
    every draw [draws, N, A]."""
    value, low, high = (
        study.estimates[criterion.estimate + e][order] for e in ("", "_low", "_high")
    )
    z = _together(study, criterion)[:, order]
    with np.errstate(invalid="ignore"):  # an end that is infinite: not passed
        moved = value + np.where(z > 0, high - value, value - low) * z / NORMAL_CRITICAL
        if criterion.estimate == "p_no_leakers":
            return value >= criterion.limit, moved >= criterion.limit
        return value <= criterion.limit, moved <= criterion.limit


def _together(study: Study, criterion: Criterion) -> np.ndarray:
    """Normal numbers [draws, N, A] that go together as the errors of the worlds do. Where worlds
    are alike, or a single one, nothing shows that, and they are independent: wider, but it covers.
    """
    count = "no_leakers" if criterion.estimate == "p_no_leakers" else "leaked"
    columns = []
    for point in study.points:
        sample = sample_of(point.tally, point.plan, weights_of(point.provenance))
        x = sample[count][..., -1].astype(np.float64)
        n = np.broadcast_to(sample["trials"].astype(np.float64)[:, np.newaxis], x.shape)
        ratio = safe_divide(x.sum(axis=0), n.sum(axis=0))
        columns.append(residuals_by_worlds(ratio, x, n, sample.strata))
    residual = np.stack(columns, axis=1)  # [W, N, A]
    worlds = residual.shape[0]
    length = np.sqrt((residual**2).sum(axis=0))
    rng = np.random.default_rng([int(study.provenance.get("seed", 0)), worlds])
    z = rng.standard_normal((_DRAWS, *length.shape))
    differ = (length > _ALIKE) & (worlds > 1)
    unit = (residual / np.where(differ, length, 1.0)).reshape(worlds, -1)
    step = max(1, _CHUNK // worlds)
    for begin in range(0, _DRAWS, step):
        part = z[begin : begin + step]
        of_worlds = rng.standard_normal((len(part), worlds)) @ unit
        np.copyto(part, of_worlds.reshape(part.shape), where=differ)
    return z


def live_threats(study: Study) -> np.ndarray:
    """Live threats [N] of a raid in the mean at every point, plans by their weights."""
    return np.array([live_a_raid(point) for point in study.points])


def _difference(grid: Grid, seen: np.ndarray, passes: np.ndarray) -> Larger:
    """The second less the first of what passes [N, 2], as estimated and in the draws."""
    at_least, at_most = _less(grid, seen[np.newaxis])
    least, most = (np.sort(ends) for ends in _less(grid, passes))
    tail = int(0.025 * least.size)
    low, high = min(least[tail], at_least[0]), max(most[-1 - tail], at_most[0])
    value = at_least[0] if at_least[0] == at_most[0] else np.nan
    return Larger(*(float(end) if np.isfinite(end) else None for end in (value, low, high)))


def _less(grid: Grid, passes: np.ndarray) -> Bounds:
    """Between what the second less the first lies [draws] of what passes [draws, N, 2]."""
    number = np.logical_and.accumulate(passes, axis=1).sum(axis=1)
    low, high = (ends[number] for ends in grid)
    return low[:, 1] - high[:, 0], high[:, 1] - low[:, 0]
