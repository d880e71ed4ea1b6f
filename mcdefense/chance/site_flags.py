"""Flag rows of everything but objects: batteries, interceptors, cells, raid, links, networks."""

from __future__ import annotations

import numpy as np

from mcdefense.chance.coins import (
    FiringSite,
    FlagRows,
    Toss,
    coin_toss,
    coins_at,
    in_scope,
    site_tosses,
)
from mcdefense.contract import NO_FLAGS, UNAVAILABLE, Integers, Names, Purpose, distinct_rows
from mcdefense.firecontrol import FireControl, Scope

_Tosses = frozenset[Toss]


def site_flag_rows(
    control: FireControl,
    names: Names,
    rows: FlagRows,
    scope: Scope,
    battery: Integers,
    interceptor: Integers,
) -> Integers:
    """Flags row of battery, interceptor, cell and raid coins for every opportunity."""
    coins = [c for _, c in coins_at(control.scenario, "battery", "interceptor", "cell", "raid")]
    if not coins:
        return np.full(battery.size, NO_FLAGS, np.int64)
    columns = [battery]
    if any(c.level == "interceptor" or c.interceptors is not None for c in coins) or any(
        c.classes is not None for c in coins
    ):
        columns += [interceptor, scope.threat_class]
    first, number = distinct_rows(*columns)
    sites = zip(
        *(x[first].tolist() for x in (scope.cell, battery, interceptor, scope.threat_class)),
        strict=True,
    )
    # While none of these coins changes, a site has the same tosses in every world.
    known = control.kept.value("site tosses", tuple(coins), dict[FiringSite, _Tosses])
    row = []
    for site in map(FiringSite._make, sites):
        if site not in known:
            known[site] = site_tosses(control, names, site)
        row.append(rows.row(known[site]))
    return np.array(row, np.int64)[number]


class PathFlags:
    """Flags rows of the ways a track takes: its sensor's coins, the links it crosses."""

    def __init__(self, control: FireControl, names: Names, rows: FlagRows) -> None:
        self._control, self._names, self._rows = control, names, rows
        self._key = dict(zip(control.cell_names, control.cell_keys.tolist(), strict=True))
        self._sensor_coins = coins_at(control.scenario, "sensor")
        self._link_coins = coins_at(control.scenario, "link")
        self._found: dict[tuple[int, tuple[str, ...]], int] = {}

    def __call__(self, sensor: int, links: tuple[str, ...]) -> int:
        way = (sensor, links)
        if way not in self._found:
            tosses = self._sensor(sensor).union(*(self._link(link) for link in links))
            self._found[way] = self._rows.row(tosses)
        return self._found[way]

    def _sensor(self, sensor: int) -> frozenset[Toss]:
        name, control = self._names.sensor[sensor], self._control
        return frozenset(
            coin_toss(coin, number, sensor)
            for number, coin in self._sensor_coins
            if in_scope(coin, control.name, sensor=name)
        )

    def _link(self, link: str) -> frozenset[Toss]:
        control, key = self._control, self._key[link]
        tosses = {
            coin_toss(coin, number, key)
            for number, coin in self._link_coins
            if in_scope(coin, control.name, cell=link)
        }
        availability = control.spoke_availability[link]
        if availability < 1.0:
            tosses.add(Toss(Purpose.LINK, 0, key, UNAVAILABLE, 0.0, availability))
        return frozenset(tosses)


def network_flag_rows(controls: list[FireControl], rows: FlagRows) -> Integers:
    """Flags row of each architecture's network; one draw serves all (rule 8, `same_luck`)."""
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
