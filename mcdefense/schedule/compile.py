"""Engagements and fire controls become a Schedule: arrays of integers for the engine."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.schedule.bursts import find_bursts
from mcdefense.schedule.chances import make_chances
from mcdefense.schedule.coins import FlagRows, Toss, coin_toss, coins_at, in_scope, site_tosses
from mcdefense.schedule.engagements import Engagements
from mcdefense.schedule.fire_control import SHARE_LEVELS, FireControl
from mcdefense.schedule.gates import (
    FROM_THE_START,
    BatteryGates,
    GateTypes,
    battery_gates,
    gate_types,
    make_gates,
)
from mcdefense.schedule.listing import make_listing, ordered, shared_arrays
from mcdefense.schedule.names import Names
from mcdefense.schedule.ordering import distinct_rows
from mcdefense.schedule.orders import Orders, joined_orders, make_orders
from mcdefense.schedule.pair_flags import pair_flag_rows, presence
from mcdefense.schedule.purposes import Purpose, limit
from mcdefense.schedule.schedule import (
    FIRES_NOTHING,
    NEVER,
    NO_FLAGS,
    NO_NETWORK,
    UNAVAILABLE,
    Arrays,
    Features,
    Labels,
    Objects,
    Schedule,
    Sizes,
    Stocks,
)
from mcdefense.schedule.scope import Scope, scope_of

Integers = NDArray[np.signedinteger[Any]]


def _array(values: NDArray) -> NDArray[np.int32]:
    return values.astype(np.int32)


def _site_flag_rows(
    control: FireControl,
    names: Names,
    rows: FlagRows,
    scope: Scope,
    cell_keys: Integers,
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
                int(cell_keys[scope.cell[i]]),
                int(battery[i]),
                int(interceptor[i]),
                int(scope.threat_class[i]),
            )
        )
        for i in first
    ]
    return np.array(row, np.int64)[number]


class _Paths:
    """Flags rows of the ways a track takes: its sensor's coins, the links it crosses."""

    def __init__(
        self, control: FireControl, names: Names, rows: FlagRows, cell_key: dict[str, int]
    ) -> None:
        self._control, self._names, self._rows, self._key = control, names, rows, cell_key

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


def _magazine_rows(
    names: Names, controls: list[FireControl]
) -> tuple[Integers, Integers, Integers]:
    """Row of each (battery, interceptor) [B, I], and battery and interceptor of each row.

    A magazine that any architecture loads has a row in all of them.
    """
    row_of = np.zeros((len(names.battery), len(names.interceptor)), np.int64)
    owners: list[int] = []
    rounds: list[int] = []
    for b, battery in enumerate(names.battery):
        loaded = dict.fromkeys(i for c in controls for i in c.scenario.battery[battery].magazine)
        for interceptor in loaded:
            i = names.interceptor.index(interceptor)
            row_of[b, i] = len(owners)
            owners.append(b)
            rounds.append(i)
    return row_of, np.array(owners or [0]), np.array(rounds or [0])


def _stocks(
    controls: list[FireControl], names: Names, row_of: Integers, owner: Integers
) -> tuple[Stocks, NDArray[np.bool_]]:
    """Every architecture's initial stocks, and whose channels are unlimited [A, B]."""
    batteries = [[c.scenario.battery[b] for b in names.battery] for c in controls]
    channels = max([1, *(b.channels for some in batteries for b in some if b.channels)])
    rounds = np.zeros((len(controls), owner.size), np.int64)
    free = np.full((len(controls), len(names.battery), channels), NEVER, np.int64)
    unlimited = np.zeros(free.shape[:2], np.bool_)
    for a, some in enumerate(batteries):
        for b, battery in enumerate(some):
            unlimited[a, b] = battery.channels is None
            free[a, b, : battery.channels or 1] = -1
            for interceptor, count in battery.magazine.items():
                rounds[a, row_of[b, names.interceptor.index(interceptor)]] = count
    stocks = Stocks(_array(rounds), _array(owner), _array(free), np.zeros(0, np.int32))
    return stocks, unlimited


def _network_flags(controls: list[FireControl], rows: FlagRows) -> Integers:
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


def _fallbacks(controls: list[FireControl]) -> tuple[int, ...]:
    names = [c.name for c in controls]
    return tuple(
        NO_NETWORK
        if c.fallback is None
        else (FIRES_NOTHING if c.fallback == "none" else names.index(c.fallback))
        for c in controls
    )


def compile_schedule(
    engagements: Engagements,
    controls: list[FireControl],
    variants: list[int],
    names: Names,
    cell_keys: dict[str, int],
    world: int,
) -> Schedule:
    """The schedule of one world under its architectures.

    `variants` says which variant of the physics each architecture has; `cell_keys` numbers the
    cells of all architectures by name.
    """
    base = controls[0].scenario
    objects = engagements.objects
    kinds = objects.threat_class.astype(np.int64)
    priority = None
    if base.engagement.priority == "value":
        priority = np.array([base.threat[c].value for c in names.threat_class])[kinds]
    o = ordered(engagements.opportunities, priority)
    magazine_of, owner, loaded = _magazine_rows(names, controls)
    stocks, unlimited = _stocks(controls, names, magazine_of, owner)
    scopes, guided_types = [], []
    rows, types = FlagRows(), GateTypes()
    type_variant: dict[int, int] = {}
    levels = [
        np.array([SHARE_LEVELS[c.scenario.interceptor[i].remote] for i in names.interceptor])
        for c in controls
    ]
    for control, variant, level in zip(controls, variants, levels, strict=True):
        paths = _Paths(control, names, rows, cell_keys)
        by_battery: list[BatteryGates] = []
        for battery in range(len(names.battery)):
            by_battery.append(battery_gates(control, battery, types, paths))
        for number in range(len(types.numbers)):
            type_variant.setdefault(number, variant)
        kind, guided = gate_types(by_battery, o, o.own_covers[variant], level)
        scopes.append(
            scope_of(
                control, o, kinds, objects.asset.astype(np.int64), o.possible[variant] & guided
            )
        )
        guided_types.append(kind)

    bursts = [find_bursts(c, s, o) for c, s in zip(controls, scopes, strict=True)]
    planned = [
        (int(b), burst.start_ms)
        for some in bursts
        for burst in some
        for b in np.unique(o.battery[burst.members])
    ]
    asked = np.array(planned, np.int64).reshape(-1, 2)
    listing = make_listing(
        o, kinds.size, len(names.battery), magazine_of, (asked[:, 0], asked[:, 1])
    )
    asks = [s.allowed & (k != FROM_THE_START) for s, k in zip(scopes, guided_types, strict=True)]
    gates = make_gates(
        types,
        np.concatenate([k[a] for k, a in zip(guided_types, asks, strict=True)]),
        np.concatenate([o.object[a].astype(np.int64) for a in asks]),
        engagements.tracks,
        np.array([type_variant[i] for i in range(len(types.numbers))], np.int64),
        len(names.sensor),
        kinds.size,
    )
    chances = make_chances(o, controls, variants, names, scopes)
    cost = [np.array([c.scenario.interceptor[i].cost for i in names.interceptor]) for c in controls]
    orders: list[Orders] = []
    taken = 0
    for a, control in enumerate(controls):
        gate_row = np.full(o.object.size, FROM_THE_START, np.int64)
        count = int(asks[a].sum())
        gate_row[asks[a]] = gates.row[taken : taken + count]
        taken += count
        keys = np.array([cell_keys[name] for name in control.cell_names], np.int64)
        orders.append(
            make_orders(
                control,
                keys,
                listing,
                scopes[a],
                bursts[a],
                gates,
                gate_row,
                objects.start_ms,
                _site_flag_rows(control, names, rows, scopes[a], keys, o.battery, o.interceptor),
                pair_flag_rows(
                    control,
                    names,
                    rows,
                    scopes[a].cell,
                    o.battery,
                    o.object,
                    scopes[a].threat_class,
                ),
                o.sspk[variants[a]],
                cost[a],
                unlimited[a],
            )
        )
    present = np.array(
        [rows.row(frozenset(presence(controls[0], names, int(k), n))) for n, k in enumerate(kinds)],
        np.int64,
    )
    stocks = stocks._replace(network_flags=_array(_network_flags(controls, rows)))
    damage = np.array(
        [
            1.0 if name not in base.asset else base.asset[name].damage_probability
            for name in names.asset
        ]
    )[objects.asset]
    live = np.array([base.threat[c].role == "live" for c in names.threat_class], np.bool_)[kinds]
    doctrine, plan = joined_orders(orders)
    arrays = Arrays(
        opportunities=shared_arrays(listing),
        doctrine=doctrine,
        plan=plan,
        tosses=rows.tosses(),
        tracks=gates.plain,
        cued=gates.cued,
        objects=Objects(
            present_flags=_array(present),
            live=_array(live),
            threat_class=_array(kinds),
            asset=_array(objects.asset),
            damage_high=limit(damage)[:, None],
        ),
        stocks=stocks,
        chances=chances,
        counts=np.zeros(5, np.int32),
    )
    arrays = arrays._replace(
        counts=np.array(
            [
                o.object.size,
                arrays.tosses.bits.size,
                arrays.tracks.gate.size,
                arrays.cued.gate.size,
                kinds.size,
            ],
            np.int32,
        )
    )
    features = Features(
        fallback=_fallbacks(controls),
        rounds=chances.kill.shape[2],
        salvo=doctrine.salvo.shape[2],
        channels=stocks.channel_free.shape[2],
        classes=len(names.threat_class),
        cued=arrays.cued.gate.size > 0,
        errors=bool((chances.error >= 0).any()),
        decisions=any(x.decisions for x in orders),
        holds=any(x.holds for x in orders),
        plans=any(x.plans for x in orders),
        kill_variants=chances.kill.shape[0],
        coins=chances.coin.shape[0],
        flags=len(rows) > 1,
        damage=bool((damage < 1.0).any()),
    )
    reachable = np.zeros((len(controls), kinds.size), np.bool_)
    for a, scope in enumerate(scopes):
        reachable[a, o.object[scope.allowed]] = True
    defended = np.array(
        [name not in base.asset or base.asset[name].defended for name in names.asset], np.bool_
    )
    return Schedule(
        worlds=np.array([world], np.int64),
        features=features,
        sizes=Sizes(
            opportunities=o.object.size,
            objects=kinds.size,
            magazines=owner.size,
            batteries=len(names.battery),
            assets=len(names.asset),
            flags=len(rows),
            gates=gates.rows,
            tosses=arrays.tosses.bits.size,
            tracks=arrays.tracks.gate.size,
            cued=arrays.cued.gate.size,
            pairs=sum(x.pairs for x in orders),
            cells=sum(x.cells for x in orders),
            plans=plan.kind.size,
        ),
        arrays=arrays,
        labels=Labels(
            opportunity_class=_array(kinds[o.object]),
            opportunity_battery=_array(o.battery),
            opportunity_interceptor=_array(o.interceptor),
            magazine_battery=stocks.magazine_battery,
            magazine_interceptor=_array(loaded),
            object_class=_array(kinds),
            object_asset=_array(objects.asset),
            object_live=live,
            object_defended=defended[objects.asset],
            object_reachable=reachable,
        ),
        digest=_digest(arrays),
    )


def _digest(arrays: Arrays) -> str:
    """SHA-256 over every array in field order."""
    digest = hashlib.sha256()

    def add(part) -> None:  # type: ignore[no-untyped-def]
        if isinstance(part, np.ndarray):
            digest.update(str(part.shape).encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        else:
            for inner in part:
                add(inner)

    add(arrays)
    return digest.hexdigest()
