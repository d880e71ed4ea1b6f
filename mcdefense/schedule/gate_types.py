"""Which tracks license a battery's launches, as numbered sets that hold for every object.

A set's members are contributions: a sensor as the battery's own, cued or not, or as remote, with
latency and links (rule 11, `remote_track`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.chance import FlagRows, PathFlags
from mcdefense.contract import NEVER_LOST, Integers, Kept, Names
from mcdefense.encounter import TimedOpportunities
from mcdefense.firecontrol import SHARE_LEVELS, FireControl, Source

FROM_THE_START = -1
"""Instead of a gate type: a cell without sensors tracks everything from the start."""
NO_TYPE = -1
_MOST_FORMS = 64

_WARNING, _LAUNCH, _ENGAGE = (SHARE_LEVELS[level] for level in ("warning", "launch", "engage"))


class Contribution(NamedTuple):
    """One sensor's part in a gate."""

    variant: int  # of the physics
    sensor: int
    remote: int  # 1: over the cell or a link
    latency_ms: int
    path_flags: int  # flags row of its coins
    cued_by: int  # the type whose tracks cue it; NO_TYPE none, and for remote ones


class Sets(NamedTuple):
    """All types as arrays; a type's members are member[begin[type]:begin[type + 1]]."""

    begin: Integers  # [types + 1]
    member: Integers  # contributions, ascending in each type
    cued_by: Integers  # [types] NO_TYPE if nothing cues its members
    variant: Integers  # [contributions], as the rest
    sensor: Integers
    remote: Integers
    latency_ms: Integers
    path_flags: Integers
    contribution_cued_by: Integers


class GateTypes:
    """Sets of contributions by number."""

    def __init__(self) -> None:
        self._contributions: dict[Contribution, int] = {}
        self._types: dict[frozenset[int], int] = {}

    def contribution(self, contribution: Contribution) -> int:
        """The contribution's name in sets."""
        return self._contributions.setdefault(contribution, len(self._contributions))

    def number(self, members: frozenset[int]) -> int:
        """The set's number, new or known. The members of one set are cued by the same type."""
        return self._types.setdefault(members, len(self._types))

    def parts(self, lossable: Mapping[int, int]) -> dict[int, list[tuple[int, int]]]:
        """By the number of each type with tracks of such sensors: its parts, each with the row of
        the loss that takes it away. The first has all other tracks, and is never lost."""
        sensors = [contribution.sensor for contribution in self._contributions]
        found = {}
        for members, number in [*self._types.items()]:
            some = sorted({sensors[m] for m in members if sensors[m] in lossable})
            if some:
                others = frozenset(m for m in members if sensors[m] not in lossable)
                found[number] = [(self.number(others), NEVER_LOST)]
                for sensor in some:
                    own = frozenset(m for m in members if sensors[m] == sensor)
                    found[number].append((self.number(own), lossable[sensor]))
        return found

    def parts_by_cover(
        self, lossable: Mapping[int, int], forms: Iterable[tuple[int, int]]
    ) -> dict[tuple[int, int], list[tuple[int, int, bool]]]:
        """By two types, of all tracks and of those that need no cover: the parts of the first, each
        with the row of the loss that takes it away, and whether it needs an own sensor's cover."""
        sensors = [contribution.sensor for contribution in self._contributions]
        sets = [*self._types]
        found = {}
        for kind, free in forms:
            alone = sets[free] if free != NO_TYPE else frozenset()
            parts = []
            for needs, some in ((False, sets[kind] & alone), (True, sets[kind] - alone)):
                by_row: dict[int, set[int]] = {}
                for member in some:
                    by_row.setdefault(lossable.get(sensors[member], NEVER_LOST), set()).add(member)
                for row in sorted(by_row):
                    parts.append((self.number(frozenset(by_row[row])), row, needs))
            found[kind, free] = parts
        return found

    def as_sets(self) -> Sets:
        """The types, with contributions numbered as they come in them, each in its own order."""
        columns = np.array(list(self._contributions), np.int64).reshape(-1, 6).T
        rank = np.empty(columns.shape[1], np.int64)
        rank[np.lexsort(columns[4::-1])] = np.arange(rank.size)
        sizes = np.array([len(members) for members in self._types], np.int64)
        begin = np.concatenate([[0], np.cumsum(sizes)])
        of_type = np.repeat(np.arange(sizes.size), sizes)
        names = np.array([name for members in self._types for name in members], np.int64)
        names = names[np.lexsort((rank[names], of_type))]
        used, first = np.unique(names, return_index=True)
        in_order = used[np.argsort(first)]
        number = np.zeros(rank.size, np.int64)
        number[in_order] = np.arange(in_order.size)
        member = number[names]
        member = member[np.lexsort((member, of_type))]
        columns = columns[:, in_order]
        cued_by = np.full(sizes.size, NO_TYPE, np.int64)
        np.maximum.at(cued_by, of_type, columns[5][member])
        return Sets(begin, member, cued_by, *columns)


class BatteryGates(NamedTuple):
    """One battery's gate types under one architecture, by what its interceptors allow."""

    own: int  # own sensor covers, remote tracks only warn
    lesser: int  # own sensor covers, a remote track may license the launch
    remote: int  # no own sensor covers: a remote track licenses all; NO_TYPE none offered
    always: bool  # its cell has no sensor at all


class SharedGates(NamedTuple):
    """What no raid changes: every architecture's gate types, and the flags rows of their ways."""

    by_battery: list[list[BatteryGates]]  # [A][B]
    sets: Sets
    rows: FlagRows
    parts: dict[int, list[tuple[int, int]]]  # by type with tracks that may be lost (losses.py)
    by_cover: dict[tuple[int, int], list[tuple[int, int, bool]]]  # where its cover may be lost too


class KeptGates:
    """The gates of a run's worlds.

    Draws change how long a track takes and how likely its way is up, and never who is linked to
    whom. So the gates of two worlds differ in these numbers alone, if the numbers that are equal
    in one are so in the other, and latencies come in the same order.
    """

    def __init__(self, names: Names, lossable: Mapping[int, int]) -> None:
        self._names, self._kept, self._lossable = names, Kept(), lossable
        self._known: dict[Hashable, tuple[SharedGates, Integers, list[float]]] = {}

    def of(self, controls: list[FireControl], variants: list[int]) -> SharedGates:
        """The gates of all architectures; `variants` [A] are of the physics."""
        latency_ms = np.concatenate([[0], *map(self._latencies, range(len(controls)), controls)])
        latencies, order = np.unique(latency_ms, return_inverse=True)
        chances = [1.0, *(p for control in controls for p in _chances(control))]
        alike = {chance: place for place, chance in enumerate(chances)}
        form = (*variants, order.tobytes(), *map(alike.__getitem__, chances))
        if form not in self._known:
            if len(self._known) >= _MOST_FORMS:
                self._known.clear()
            made = shared_gates(controls, variants, self._names, self._lossable)
            self._known[form] = made, latencies, chances
            return made
        gates, known_latencies, known_chances = self._known[form]
        place = np.searchsorted(known_latencies, gates.sets.latency_ms)
        return gates._replace(
            sets=gates.sets._replace(latency_ms=latencies[place]),
            rows=gates.rows.with_chances(dict(zip(known_chances, chances, strict=True))),
        )

    def _latencies(self, number: int, control: FireControl) -> Integers:
        """How long the tracks of each source take, of all cells [sources]."""
        offered = control.offered
        over = self._kept.value(f"over {number}", (offered,), lambda: _over(offered))
        latency_ms: Integers = np.append(control.latencies_ms, 0)[over].sum(1)
        return latency_ms


def _over(offered: tuple[tuple[Source, ...], ...]) -> Integers:
    """The two places of latencies that each source adds up; the second may be the last, of 0."""
    over = [(*source.over, -1)[:2] for offer in offered for source in offer]
    return np.array(over, np.int64).reshape(-1, 2)


def _chances(control: FireControl) -> list[float]:
    """All that decides whether a track's way is up."""
    coins = [coin.probability for coin in control.scenario.coin.values()]
    return [*coins, *control.spoke_availability.values()]


def shared_gates(
    controls: list[FireControl],
    variants: list[int],
    names: Names,
    lossable: Mapping[int, int] | None = None,
) -> SharedGates:
    """The gates of all architectures; `variants` [A] are of the physics, `lossable` the sensors
    that may be lost, with the row of each."""
    types, rows = GateTypes(), FlagRows()
    by_battery = [
        battery_gates(control, variant, types, PathFlags(control, names, rows))
        for control, variant in zip(controls, variants, strict=True)
    ]
    parts = types.parts(lossable) if lossable else {}
    forms = {
        form: None
        for some in (by_battery if lossable else [])
        for g in some
        for form in ((g.own, NO_TYPE), (g.lesser, NO_TYPE), (g.lesser, g.remote))
    }
    by_cover = types.parts_by_cover(lossable or {}, forms)
    return SharedGates(by_battery, types.as_sets(), rows, parts, by_cover)


def battery_gates(
    control: FireControl,
    variant: int,
    types: GateTypes,
    path_flags: Callable[[int, tuple[str, ...]], int],
) -> list[BatteryGates]:
    """Every battery's gate types; `path_flags` gives the flags row of a sensor and its links."""

    def own(sensors: list[tuple[int, int]], warnings: frozenset[int]) -> frozenset[int]:
        cued_by = types.number(warnings) if warnings and sensors else NO_TYPE
        return frozenset(
            types.contribution(Contribution(variant, sensor, 0, 0, path, cued_by))
            for sensor, path in sensors
        )

    def name(source: Source) -> int:
        path = path_flags(source.sensor, source.links)
        latency_ms = sum(int(control.latencies_ms[place]) for place in source.over)
        return types.contribution(
            Contribution(variant, source.sensor, 1, latency_ms, path, NO_TYPE)
        )

    names: dict[Source, int] = {}
    offers: dict[int, _Offer] = {}
    gates = []
    for battery, own_sensors in enumerate(control.own):
        cell = int(control.batteries.cell[battery])
        offer = offers.get(cell)
        if offer is None:
            # Flags rows are numbered as they are asked for, which is part of a schedule: so the
            # cell's sources are named battery by battery until none is new.
            remote = [s for s in control.offered[cell] if s.sensor not in own_sensors]
            for source in [*(s for s in remote if s.level >= _ENGAGE), *remote]:
                if source not in names:
                    names[source] = name(source)
            offer = _offer([(names[s], s) for s in control.offered[cell] if s in names])
            if all(s in names for s in control.offered[cell]):
                offers[cell] = offer
        sensors = [(sensor, path_flags(sensor, ())) for sensor in own_sensors]
        mine = frozenset().union(*(offer.of_sensor.get(s, ()) for s in own_sensors))
        engage, launch = offer.engage - mine, offer.launch - mine
        gates.append(
            BatteryGates(
                own=types.number(own(sensors, offer.every - mine)),
                # A remote track that licenses the launch is never later than what it would cue.
                lesser=types.number(own(sensors, offer.warning - mine) | launch),
                remote=types.number(engage) if engage else NO_TYPE,
                always=not control.cells.sensors[cell],
            )
        )
    return gates


class _Offer(NamedTuple):
    """Contributions that a cell's batteries are offered, by what they license."""

    every: frozenset[int]
    warning: frozenset[int]  # only warn
    launch: frozenset[int]  # or more
    engage: frozenset[int]
    of_sensor: dict[int, frozenset[int]]  # of a battery's own they are no offer


def _offer(named: list[tuple[int, Source]]) -> _Offer:
    of_sensor: dict[int, set[int]] = {}
    for name, source in named:
        of_sensor.setdefault(source.sensor, set()).add(name)
    return _Offer(
        every=frozenset(name for name, _ in named),
        warning=frozenset(name for name, s in named if s.level == _WARNING),
        launch=frozenset(name for name, s in named if s.level >= _LAUNCH),
        engage=frozenset(name for name, s in named if s.level >= _ENGAGE),
        of_sensor={sensor: frozenset(some) for sensor, some in of_sensor.items()},
    )


def gate_types(
    gates: list[BatteryGates],
    opportunities: TimedOpportunities,
    covers: NDArray[np.bool_],
    interceptor_level: Integers,
) -> tuple[Integers, NDArray[np.bool_]]:
    """Per opportunity: its gate type (FROM_THE_START always tracked), and whether it can be guided
    at all.

    `interceptor_level` [I] is the SHARE_LEVELS code of each interceptor's `remote`.
    """
    o = opportunities
    table = np.array([[g.own, g.lesser, g.remote] for g in gates], np.int64).reshape(-1, 3)
    always = np.array([g.always for g in gates], np.bool_)[o.battery]
    level = interceptor_level[o.interceptor]
    column = np.where(covers, np.where(level >= _LAUNCH, 1, 0), 2)
    kind = table[o.battery, column]
    guided = always | covers | ((level >= _ENGAGE) & (kind >= 0))
    return np.where(always, FROM_THE_START, kind), guided
