"""Do two runs with different luck have the same distributions? Chi-square tests of two samples."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mcdefense.statistics import Result

LEAST_P_VALUE = 6e-5
"""A p-value below this fails: the false alarm of one comparison."""
_LEAST_EXPECTED = 5.0

Counts = NDArray[np.int64]


def p_value(one: Counts, other: Counts) -> float:
    """Probability of histograms as unlike as these if both are of one distribution.

    Neighbouring cells are joined until each holds some 5 of either sample.
    """
    from scipy.special import chdtrc

    total_one, total_other = int(one.sum()), int(other.sum())
    share = total_one / (total_one + total_other)
    cells: list[tuple[float, float]] = []
    a = b = 0.0
    for x, y in zip(one.tolist(), other.tolist(), strict=True):
        a, b = a + x, b + y
        if (a + b) * min(share, 1 - share) >= _LEAST_EXPECTED:
            cells.append((a, b))
            a = b = 0.0
    if cells and a + b:
        last = cells.pop()
        cells.append((last[0] + a, last[1] + b))
    if len(cells) < 2:
        return 1.0
    statistic = sum((a - (a + b) * share) ** 2 / ((a + b) * share * (1 - share)) for a, b in cells)
    return float(chdtrc(len(cells) - 1, statistic))


def samples(result: Result) -> Iterator[tuple[str, Counts]]:
    """Histograms over trials, by what they are of: leakers of every class, and the first hit on
    every asset, of every architecture."""
    axes, tally = result.tally.axes, result.tally
    for a, architecture in enumerate(axes.architecture):
        for c, name in enumerate(axes.threat_class_total):
            yield f"{architecture} leakers {name}", tally["leakers_histogram"][a, c]
        for m, asset in enumerate(axes.asset):
            hit = int(tally["asset_damaged"][a, m])
            yield f"{architecture} hit {asset}", np.array([tally.trials - hit, hit])


def compared(one: Result, other: Result) -> dict[str, float]:
    """The p-value of every comparison by its name; those in which nothing varies are left out."""
    found, others = {}, dict(samples(other))
    for name, sample in samples(one):
        length = max(sample.size, others[name].size)
        a, b = (np.pad(x, (0, length - x.size)) for x in (sample, others[name]))
        if np.count_nonzero(a + b) > 1:
            found[name] = p_value(a, b)
    return found


def assert_same_distribution(one: Result, other: Result) -> None:
    """No comparison fails, and there are some."""
    found = compared(one, other)
    assert len(found) >= 4
    assert min(found.values()) >= LEAST_P_VALUE, found


def differs(one: Result, other: Result) -> bool:
    """Whether some comparison fails."""
    return min(compared(one, other).values()) < LEAST_P_VALUE
