"""Coins that somebody tosses: how often each is asked for in one world."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mcdefense.chance import in_scope
from mcdefense.contract import Names, Purpose, Schedule
from mcdefense.scenario import Scenario, resolve_architecture

_WHY_NOT = {
    "sensor": "no sensor that it names gives a battery a track",
    "link": "no track crosses a link that it names",
}
"""By level, why nobody tosses it; of the others it is that no opportunity is in their scope."""


def tosses_of_coins(scenario: Scenario, names: Names, schedule: Schedule) -> NDArray[np.int64]:
    """How often the architectures of one world ask for each coin [coins], by file order."""
    tosses = schedule.arrays.tosses
    of_coins = tosses.sub[tosses.purpose == Purpose.COIN]
    counts = np.bincount(of_coins, minlength=len(scenario.coin)).astype(np.int64)
    for number in _of_engagements(scenario, names, schedule):
        counts[number] += 1
    return counts


def _of_engagements(scenario: Scenario, names: Names, schedule: Schedule) -> Iterator[int]:
    """The coins tossed for opportunities one by one, once for each site and class in scope: they
    stand among the chances, not among the tosses of flags."""
    coins = [(i, c) for i, c in enumerate(scenario.coin.values()) if c.level == "engagement"]
    if not coins:
        return
    labels, listing = schedule.labels, schedule.arrays.opportunities
    interceptor = labels.magazine_interceptor[listing.magazine]
    columns = np.stack([labels.object_class[listing.object], listing.battery, interceptor])
    for architecture, allowed in zip(
        names.architecture, schedule.arrays.doctrine.allowed, strict=False
    ):
        resolved = resolve_architecture(scenario, architecture)
        cell_of = {battery: cell.name for cell in resolved.cells for battery in cell.batteries}
        for kind, battery, fired in np.unique(columns[:, allowed != 0], axis=1).T.tolist():
            where = {
                "battery": names.battery[battery],
                "interceptor": names.interceptor[fired],
                "threat_class": names.threat_class[kind],
                "cell": cell_of[names.battery[battery]],
            }
            yield from (i for i, coin in coins if in_scope(coin, architecture, **where))


def why_untossed(level: str) -> str:
    """Why no architecture tosses a coin of this level."""
    return _WHY_NOT.get(level, "no opportunity is in its scope")
