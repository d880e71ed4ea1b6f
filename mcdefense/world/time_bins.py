"""The bins of time in which a run counts what it loses, from its scenario alone.

Every world, shard and restart must have the same bins, so that they follow from what the file says
of its waves and from nothing that a world draws.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import bins_between
from mcdefense.scenario import Scenario, Wave, threat_named

_SPARE = 0.5
"""How much longer than its window a Poisson wave is taken to last, as a part of the window."""


def time_bins(scenario: Scenario) -> NDArray[np.int64]:
    """Start of every bin of time [s] since the raid's start, all of one round width (contract).

    They reach from the earliest impact that the waves allow to the latest one. The last has no end
    and the first no beginning: what a world's own draws put outside is counted there.
    """
    latest = _latest_intercepts(scenario)
    ends = [_impacts_s(wave, latest.get(name, [])) for name, wave in scenario.raid.items()]
    first = min((low for low, _ in ends), default=0.0)
    return bins_between(first, max((high for _, high in ends), default=first))


def _impacts_s(wave: Wave, latest: list[float]) -> tuple[float, float]:
    """The earliest and the latest impact of a wave [s]; `latest` are the latest intercepts of its
    objects after their start, in an opportunity table."""
    window = wave.arrival_s if wave.laydown else wave.start_s
    assert window is not None
    low, high = window if isinstance(window, tuple) else (window, window)
    if wave.arrival == "poisson":
        high += _SPARE * (high - low)
    high += (wave.repeat - 1) * (wave.every_s or 0.0)
    if wave.laydown:
        return low, high
    flight = latest if wave.impact_s is None else [wave.impact_s]
    return low + min(flight, default=0.0), high + max(flight, default=0.0)


def _latest_intercepts(scenario: Scenario) -> dict[str, list[float]]:
    """By wave the latest intercept [s] of the rows of each name in the opportunity table, which may
    be the wave's or that of one of its objects."""
    found: dict[str, list[float]] = {}
    if scenario.opportunities is None:
        return found
    columns, latest = scenario.opportunities.columns, dict[str, float]()
    for threat, intercept in zip(columns.threat, columns.intercept_s.tolist(), strict=True):
        latest[threat] = max(latest.get(threat, 0.0), intercept)
    for threat, intercept in latest.items():
        named = threat_named(threat)
        if named is not None:
            found.setdefault(named.wave, []).append(intercept)
    return found
