"""Flag rows by object: presence, calling, assignment, threat and pair coins."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mcdefense.chance.coins import FlagRows, Toss, coin_toss, coins_at, in_scope
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
            [toss._replace(entity=object_) for toss in self.objects]
            + [toss._replace(entity=pair) for toss in self.pair]
        )


def _pattern(
    control: FireControl,
    names: Names,
    cell: int,
    threat_class: int,
    battery: int,
    interceptor: int,
) -> _Pattern:
    tosses = presence(control, names, threat_class, 0)
    called = float(control.by_class.called[cell, threat_class])
    if called < 1.0:
        tosses.add(Toss(Purpose.CALLED, 0, 0, NOT_CALLED, 0.0, called))
    low, high = float(control.cells.assign_low[cell]), float(control.cells.assign_high[cell])
    if low > 0.0 or high < 1.0:
        tosses.add(Toss(Purpose.ASSIGN, 0, 0, OUT_OF_PLAY, low, high))
    scope = {
        "cell": control.cell_names[cell],
        "threat_class": names.threat_class[threat_class],
        "battery": names.battery[battery],
        "interceptor": names.interceptor[interceptor],
    }
    coins = [
        (coin.level, coin_toss(coin, number, 0))
        for number, coin in coins_at(control.scenario, "threat", "pair")
        if in_scope(coin, control.name, **scope)
    ]
    tosses |= {toss for level, toss in coins if level == "threat"}
    return _Pattern(tuple(tosses), tuple(toss for level, toss in coins if level == "pair"))


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
    if any(coin.level == "pair" or coin.batteries is not None for _, coin in coins):
        columns.append(battery)
    if any(coin.interceptors is not None for _, coin in coins):
        columns.append(interceptor)
    first, number = distinct_rows(*(c.astype(np.int64) for c in columns))
    patterns: dict[tuple[int, ...], _Pattern] = {}
    row = []
    for c, k, b, i, n in zip(
        *(x[first].tolist() for x in (cell, threat_class, battery, interceptor, object_)),
        strict=True,
    ):
        pattern = patterns.get((c, k, b, i))
        if pattern is None:
            pattern = patterns[c, k, b, i] = _pattern(control, names, c, k, b, i)
        row.append(rows.row(pattern.of(n, n * len(names.battery) + b)))
    return np.array(row, np.int64)[number]
