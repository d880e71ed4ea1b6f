"""Flag rows by object: presence, calling, assignment, threat and pair coins."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np

from mcdefense.chance.coins import FiringSite, FlagRows, Toss, coin_toss, coins_at, in_scope
from mcdefense.contract import (
    NO_FLAGS,
    NOT_CALLED,
    OUT_OF_PLAY,
    Integers,
    Names,
    Purpose,
    distinct_rows,
)
from mcdefense.firecontrol import FireControl, Scope
from mcdefense.scenario import Coin


def presence(control: FireControl, names: Names, threat_class: int, object_: int) -> set[Toss]:
    """The toss of an object's `presence` (rule 7), if it can fail."""
    reliability = control.scenario.threat[names.threat_class[threat_class]].reliability
    if reliability >= 1.0:
        return set()
    return {Toss(Purpose.PRESENT, 0, object_, OUT_OF_PLAY, 0.0, reliability)}


class _Pattern(NamedTuple):
    """The tosses of any object of one class for one cell, battery and interceptor."""

    objects: tuple[Toss, ...]  # whose entity is the object
    pair: tuple[Toss, ...]  # whose entity is (object, battery)

    def of(self, object_: int, pair: int) -> frozenset[Toss]:
        """The tosses of this object."""
        return frozenset(
            [_at(toss, object_) for toss in self.objects] + [_at(toss, pair) for toss in self.pair]
        )


def _at(toss: Toss, entity: int) -> Toss:
    """The toss of another entity; a tenth of the time of `_replace`, at each object of a world."""
    purpose, sub, _, bits, low, high = toss
    return Toss(purpose, sub, entity, bits, low, high)


def _pattern(
    control: FireControl, names: Names, coins: list[tuple[int, Coin]], site: FiringSite
) -> _Pattern:
    cell, kind = site.cell, site.threat_class
    tosses = presence(control, names, kind, 0)
    called = float(control.by_class.called[cell, kind])
    if called < 1.0:
        tosses.add(Toss(Purpose.CALLED, 0, 0, NOT_CALLED, 0.0, called))
    low, high = float(control.cells.assign_low[cell]), float(control.cells.assign_high[cell])
    if low > 0.0 or high < 1.0:
        tosses.add(Toss(Purpose.ASSIGN, 0, 0, OUT_OF_PLAY, low, high))
    scope = {
        "cell": control.cell_names[cell],
        "threat_class": names.threat_class[kind],
        "battery": names.battery[site.battery],
        "interceptor": names.interceptor[site.interceptor],
    }
    tossed = [
        (coin.level, coin_toss(coin, number, 0))
        for number, coin in coins
        if in_scope(coin, control.name, **scope)
    ]
    tosses |= {toss for level, toss in tossed if level == "threat"}
    pair = tuple(toss for level, toss in tossed if level == "pair")
    return _Pattern(tuple(sorted(tosses)), pair)


def pair_flag_rows(
    control: FireControl,
    names: Names,
    rows: FlagRows,
    scope: Scope,
    battery: Integers,
    interceptor: Integers,
    object_: Integers,
) -> Integers:
    """Flags row of every opportunity [O]."""
    cell, threat_class = scope.cell, scope.threat_class
    coins = coins_at(control.scenario, "threat", "pair")
    trivial = (
        not coins
        and (control.by_class.called >= 1.0).all()
        and (control.cells.assign_low <= 0.0).all()
        and (control.cells.assign_high >= 1.0).all()
        and all(control.scenario.threat[name].reliability >= 1.0 for name in names.threat_class)
    )
    if trivial:
        return np.full(cell.size, NO_FLAGS, np.int64)
    # Only what some coin asks for makes rows differ: there may be many opportunities.
    columns = [cell, object_]
    by_battery = any(coin.level == "pair" or coin.batteries is not None for _, coin in coins)
    by_interceptor = any(coin.interceptors is not None for _, coin in coins)
    if by_battery:
        columns.append(battery)
    if by_interceptor:
        columns.append(interceptor)
    first, number = distinct_rows(*(c.astype(np.int64) for c in columns))
    # By pattern, what was found for an object before: most architectures ask for the same rows.
    patterns: dict[tuple[int, ...], tuple[_Pattern, dict[Hashable, int]]] = {}
    row = []
    for c, k, b, i, n in zip(
        *(x[first].tolist() for x in (cell, threat_class, battery, interceptor, object_)),
        strict=True,
    ):
        same = (c, k, b if by_battery else 0, i if by_interceptor else 0)
        if same not in patterns:
            made = _pattern(control, names, coins, FiringSite(c, b, i, k))
            patterns[same] = made, rows.found_for(made)
        pattern, found = patterns[same]
        pair = n * len(names.battery) + b if pattern.pair else 0
        known = found.get((n, pair))
        if known is None:
            known = found[n, pair] = rows.row(pattern.of(n, pair))
        row.append(known)
    return np.array(row, np.int64)[number]
