"""Flag rows of everything but objects: batteries, interceptors, cells, raid, links, networks."""

from __future__ import annotations

import numpy as np

from mcdefense.schedule.coins import FlagRows, Toss, coin_toss, coins_at, in_scope, site_tosses
from mcdefense.schedule.fire_control import FireControl
from mcdefense.schedule.names import Names
from mcdefense.schedule.ordering import Integers, distinct_rows
from mcdefense.schedule.purposes import Purpose
from mcdefense.schedule.schedule import NO_FLAGS, UNAVAILABLE
from mcdefense.schedule.scope import Scope


def site_flag_rows(
    control: FireControl,
    names: Names,
    rows: FlagRows,
    scope: Scope,
    battery: Integers,
    interceptor: Integers,
) -> Integers:
    """Flags row of battery, interceptor, cell and raid coins for every opportunity."""
    if not coins_at(control.scenario, "battery", "interceptor", "cell", "raid"):
        return np.full(battery.size, NO_FLAGS, np.int64)
    first, number = distinct_rows(battery, interceptor, scope.threat_class)
    row = [
        rows.row(
            site_tosses(
                control.scenario,
                names,
                control.name,
                control.cell_names[scope.cell[i]],
                int(control.cell_keys[scope.cell[i]]),
                int(battery[i]),
                int(interceptor[i]),
                int(scope.threat_class[i]),
            )
        )
        for i in first
    ]
    return np.array(row, np.int64)[number]


class PathFlags:
    """Flags rows of the ways a track takes: its sensor's coins, the links it crosses."""

    def __init__(self, control: FireControl, names: Names, rows: FlagRows) -> None:
        self._control, self._names, self._rows = control, names, rows
        self._key = dict(zip(control.cell_names, control.cell_keys.tolist(), strict=True))

    def __call__(self, sensor: int, links: tuple[str, ...]) -> int:
        control, tosses = self._control, set()
        for number, coin in coins_at(control.scenario, "sensor"):
            if in_scope(coin, control.name, sensor=self._names.sensor[sensor]):
                tosses.add(coin_toss(coin, number, sensor))
        for link in links:
            availability = control.spoke_availability[link]
            key = self._key[link]
            if availability < 1.0:
                tosses.add(Toss(Purpose.LINK, 0, key, UNAVAILABLE, 0.0, availability))
            for number, coin in coins_at(control.scenario, "link"):
                if in_scope(coin, control.name, cell=link):
                    tosses.add(coin_toss(coin, number, key))
        return self._rows.row(frozenset(tosses))


def network_flag_rows(controls: list[FireControl], rows: FlagRows) -> Integers:
    """Flags row of each architecture's network; one draw serves all networks (rule 8)."""
    return np.array(
        [
            NO_FLAGS
            if c.network_availability is None
            else rows.row(
                frozenset({Toss(Purpose.NETWORK, 0, 0, UNAVAILABLE, 0.0, c.network_availability)})
            )
            for c in controls
        ],
        np.int64,
    )
