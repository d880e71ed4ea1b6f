"""Draws that multiply a value beyond the range of its key, where each world cuts it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.preview.inert import used_draws
from mcdefense.scenario import (
    ResolvedArchitecture,
    Scenario,
    bounds_at,
    quantile,
    resolve_architecture,
    value_at,
)

_NOTICEABLE = 0.1
"""Share of the draws beyond which their cut is told of; fewer are the tail of a spread."""
_POINTS = 2_000
"""Quantiles, each as probable, that stand for a distribution: a share is right to 0.05 %."""
_LIKELY = 0.99
"""Quantile that is called the greatest factor of a distribution that has none."""

_Floats = NDArray[np.float64]


class _Cut(NamedTuple):
    """How the draws of one value are cut under one architecture."""

    share: float
    """Of the draws."""
    what: str
    """The value as it is before it is multiplied."""
    above: bool
    """Whether they exceed the limit, else fall below it."""
    limit: float


def cut_draws(scenario: Scenario) -> Iterator[str]:
    """A sentence for every uncertainty of which a noticeable share of the draws is cut, or for
    several that multiply the same value: of the value where that share is the largest."""
    points = (np.arange(_POINTS) + 0.5) / _POINTS
    draws = {name: quantile(entry, points) for name, entry in scenario.uncertainty.items()}
    driven = used_draws(scenario)
    resolved = [resolve_architecture(scenario, name) for name in scenario.architecture]
    found: dict[tuple[str, ...], list[_Cut]] = {}
    for path in dict.fromkeys(path for paths in driven.values() for path in paths):
        drivers = [name for name, paths in driven.items() if path in paths]
        factors = [name for name in drivers if scenario.uncertainty[name].as_ == "factor"]
        if not factors:
            continue
        factor = _product([draws[name] for name in factors])
        values = [draws[name] for name in drivers if name not in factors]
        cuts = [
            _cut(one, path, values, factor)
            for one in resolved
            if any(path in paths for paths in one.scenario.drawn.values())
        ]
        cuts = [cut for cut in cuts if cut.share > _NOTICEABLE]
        if cuts:
            worst = max(cuts, key=lambda cut: cut.share)
            found.setdefault(tuple(factors), []).append(worst)
    for names, some in found.items():
        worst = max(some, key=lambda cut: cut.share)
        extreme = prod(_extreme(scenario, name, draws[name], worst.above) for name in names)
        kind = "uncertainty" if len(names) == 1 else "uncertainties"
        more = f", and {len(some) - 1} more of its values so" * (len(some) > 1)
        yield (
            f"{kind} {' and '.join(names)}: times {'up' if worst.above else 'down'} to "
            f"{extreme:.3g}, {worst.what} would {'exceed' if worst.above else 'fall below'} "
            f"{worst.limit:g}, and is cut there in {100 * worst.share:.0f} % of the draws{more}; "
            "choose a narrower distribution, or draw the value itself"
        )


def _product(factors: list[_Floats]) -> _Floats:
    """Quantiles of the product of independent draws."""
    product, *others = factors
    for other in others:
        product = np.sort(np.outer(product, other), axis=None)[_POINTS // 2 :: _POINTS]
    return product


def _cut(one: ResolvedArchitecture, path: str, values: list[_Floats], factor: _Floats) -> _Cut:
    """The larger of the shares above and below the range; of a table, at its extreme rows.

    `values` are the draws that replace the value first, of which the last holds, but for a value
    that the architecture sets.
    """
    value = value_at(one.scenario, path)
    low, high = bounds_at(one.scenario, path)
    what = f"{path} of "
    if values and path not in one.set_paths:
        least = most = _product([values[-1], factor])
        what = f"{path}, which is drawn itself,"
    elif isinstance(value, tuple):
        rows = [probability for _, probability in value]
        least, most, low, high = min(rows) * factor, max(rows) * factor, 0.0, 1.0
        what += f"up to {max(rows):g}"
    else:
        least = most = value * factor
        what += f"{value:g}"
    if path in one.set_paths:
        what += f" under {one.name}"
    above, below = float(np.mean(most > high)), float(np.mean(least < low))
    return _Cut(above, what, True, high) if above >= below else _Cut(below, what, False, low)


def _extreme(scenario: Scenario, name: str, drawn: _Floats, above: bool) -> float:
    """The greatest factor that an uncertainty draws, or the least."""
    entry = scenario.uncertainty[name]
    if not above:
        return min(float(quantile(entry, 0.0)), float(drawn.min()))
    greatest = max(float(quantile(entry, 1.0)), float(drawn.max()))
    return greatest if isfinite(greatest) else float(quantile(entry, _LIKELY))
