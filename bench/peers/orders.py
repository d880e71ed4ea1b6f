"""A Schedule as the peers read it: a record for each thing to do, in the order of doing it.

The peers are written trial by trial (Numba) or row by row (NumPy, C); all three want what belongs
to one opportunity under one architecture side by side, without the opportunities that it may not
use. Rows of state are numbered as in the schedule, architecture after architecture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray
from peers.pictures import Integers, Pictures, Records, pictures_of, record

from mcdefense.contract import (
    DOUBLE,
    IN_VAIN,
    MAX_ROUNDS,
    NEVER,
    OUT_OF_PLAY,
    SHARE_BATTERY,
    SHARE_SERVE,
    Schedule,
)

Record = SimpleNamespace
"""A record with whole numbers of Python, which are faster to use there than NumPy's."""


ORDER = record(
    "object", "pair", "gate", "gate_limit", "look_limit", "seen_limit", "site_flags", "pair_flags",
    "mode", "stock", "sharing_begin", "sharing_end", "channels", "battery", "launch", "salvo",
    "architecture", "account", "wait_stock_row", "errors", "release", "reserve",
    "wait_stock", "death_rank", "intercept_rank", "live",
    "most_rounds", "spare_1", "spare_2", "spare_3", "spare_4", "spare_5",
)  # fmt: skip
"""One opportunity under one architecture, in two cache lines.

`object`, `stock`, `battery`, `account` are rows of all architectures, `channels` is 0 where
unlimited, `salvo` the first entry in the table of salvos."""
SHARING = record(
    "kind", "stock", "battery", "object", "pair", "gate", "gate_limit",
    "look_limit", "seen_limit", "site_flags", "pair_flags", "salvo", "cell_key",
    "entity", "random",
)  # fmt: skip
_SHARING_FIELDS = (
    "kind", "pair", "gate", "gate_limit", "look_limit", "seen_limit", "site_flags",
    "pair_flags", "cell_key", "entity", "random",
)  # fmt: skip
TOSS = record("purpose", "sub", "entity", "flags", "bits")


@dataclass(frozen=True)
class Problem:
    """One schedule, ready for a peer; W worlds differ in the limits alone."""

    schedule: Schedule
    orders: Records  # [orders]
    first_order: Integers  # [O+1] orders of an opportunity are first_order[o] .. first_order[o+1]
    rounds: Integers  # [O] most rounds that can be fired at it: kill limits in use
    variants: Integers  # [O, E] an architecture with each distinct pair of error limits
    variant_count: Integers  # [O] how many there are
    salvos: Integers  # [orders, L]
    sharing: Records
    sharing_salvos: Integers  # [steps, L]
    pictures: Pictures
    tosses: Records
    masks: tuple[tuple[int, ...], ...]  # as masks_of

    @property
    def channels(self) -> int:
        """Most channels of any battery."""
        return max(int(self.schedule.channel_ranks.number.max()), 1)

    @cached_property
    def channel_free(self) -> Integers:
        """Launch rank from which each channel is free [A, batteries, channels]: -1 at first, NEVER
        where a battery has no such channel. One stands for channels without number."""
        numbers = np.maximum(self.schedule.channel_ranks.number, 1)[..., None]
        free = np.where(np.arange(self.channels) < numbers, -1, NEVER)
        return free.astype(np.int32)

    @cached_property
    def order_records(self) -> list[Record]:
        """`orders`, each with its `salvos`."""
        return as_records(self.orders, self.salvos)

    @cached_property
    def place_records(self) -> list[Record]:
        """Places of tracks."""
        return as_records(self.pictures.places)

    @cached_property
    def gate_records(self) -> list[Record]:
        """Gates, with where their contributions are."""
        return as_records(self.pictures.gates)

    @cached_property
    def contribution_records(self) -> list[Record]:
        """Contributions to gates."""
        return as_records(self.pictures.contributions)

    @cached_property
    def sharing_records(self) -> list[Record]:
        """`sharing`, each with its `salvos`."""
        return as_records(self.sharing, self.sharing_salvos)


def as_records(table: Records, salvos: Integers | None = None) -> list[Record]:
    """A table's rows as plain objects."""
    names = table.dtype.names or ()
    records = [Record(**dict(zip(names, row, strict=True))) for row in table.tolist()]
    if salvos is not None:
        for record, salvo in zip(records, salvos.tolist(), strict=True):
            record.salvos = salvo
    return records


def lacks(schedule: Schedule) -> str:
    """The rules of the schedule that the peers lack, empty if none.

    They keep what some case of the bench uses (bench/cases.py), and no more.
    """
    features, arrays = schedule.features, schedule.arrays
    kinds, bits = arrays.sharing.kind, arrays.tosses.bits
    used = {
        "coins by opportunity": features.coins > 0,
        "doctrine keys passed on": bool(features.keys),
        "time for decisions": features.decisions,
        "coins with effect kill": bool((bits & IN_VAIN).any()),
        "objects that are absent or another cell's": bool((bits & OUT_OF_PLAY).any()),
        "salvos that change from look to look": arrays.doctrine.salvo.shape[-1] > 1,
        "bursts in which the first come are served": bool(
            np.isin(kinds, (SHARE_BATTERY, SHARE_SERVE)).any()
        ),
        "tables of kill probabilities by architecture": features.kill_variants > 1,
    }
    return ", ".join(rule for rule, is_used in used.items() if is_used)


def masks_of(fallback: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Per architecture, under whose network states its sums are taken: its own (its network up),
    then those that fall back on it (their networks down). As the engine's, without its JAX."""
    architectures = range(len(fallback))
    return tuple((a, *(b for b in architectures if fallback[b] == a)) for a in architectures)


def problem_of(schedule: Schedule) -> Problem:
    """The records of a schedule's every architecture, interleaved by opportunity."""
    features, sizes, arrays = schedule.features, schedule.sizes, schedule.arrays
    o, d, ranks = arrays.opportunities, arrays.doctrine, schedule.channel_ranks
    length = sizes.opportunities
    channels = _channels(schedule)
    used = np.argwhere(d.allowed.T != 0)  # by opportunity, then architecture
    number, a = used[:, 0], used[:, 1]
    orders = np.zeros(number.size, ORDER)

    def put(name: str, values: NDArray) -> None:
        orders[name] = values

    put("architecture", a)
    put("object", a * sizes.objects + o.object[number])
    put("stock", a * sizes.magazines + o.magazine[number])
    put("battery", a * sizes.batteries + o.battery[number])
    put("account", a * sizes.accounts + o.account[number])
    put("wait_stock_row", a * sizes.magazines + d.wait_magazine[a, number])
    put("pair", a * sizes.pairs + d.pair[a, number])
    put("channels", channels[a, o.battery[number]])
    put("launch", ranks.launch[number])
    put("death_rank", o.death_rank[number])
    put("intercept_rank", o.intercept_rank[number])
    put("live", arrays.objects.live[o.object[number]])
    put("salvo", np.arange(number.size) * features.salvo)
    put("release", ranks.release[a, number])
    for name in (
        "gate", "site_flags", "pair_flags", "gate_limit", "look_limit",
        "seen_limit", "reserve", "wait_stock", "mode", "sharing_begin",
        "sharing_end",
    ):  # fmt: skip
        put(name, getattr(d, name)[a, number])
    salvos = d.salvo[a, number]
    rounds = _most_rounds(schedule, orders, salvos, number)
    put("most_rounds", rounds[number])
    variants, variant_count, which = _error_variants(schedule)
    put("errors", which[a, number])
    first_order = np.searchsorted(number, np.arange(length + 1)).astype(np.int32)
    sharing, sharing_salvos = _sharing(schedule)
    tosses = np.zeros(arrays.tosses.bits.size, TOSS)
    for name in TOSS.names or ():
        tosses[name] = getattr(arrays.tosses, name)
    return Problem(
        schedule, orders, first_order, rounds, variants, variant_count, salvos, sharing,
        sharing_salvos, pictures_of(schedule), tosses, masks_of(features.fallback),
    )  # fmt: skip


def _channels(schedule: Schedule) -> Integers:
    """Channels of each battery [A, B], 0 where an opportunity frees its channel at once."""
    o, d = schedule.arrays.opportunities, schedule.arrays.doctrine
    ranks = schedule.channel_ranks
    count = np.maximum(ranks.number, 1)
    for a in range(schedule.features.architectures):
        for battery in range(schedule.sizes.batteries):
            mine = (o.battery == battery) & (d.allowed[a] != 0)
            if (ranks.release[a, mine] <= ranks.launch[mine]).all():
                count[a, battery] = 0
    return count


def _most_rounds(
    schedule: Schedule, orders: Records, salvos: Integers, number: NDArray
) -> Integers:
    """Rounds that a look of the pair may owe at most, over all architectures [O]."""
    most = np.zeros(max(schedule.features.architectures * schedule.sizes.pairs, 1), np.int32)
    np.maximum.at(most, orders["pair"], salvos.max(-1))
    if (schedule.arrays.tosses.bits & DOUBLE).any():
        most = np.minimum(2 * most, MAX_ROUNDS).astype(np.int32)
    rounds = np.ones(schedule.sizes.opportunities, np.int32)
    np.maximum.at(rounds, number, most[orders["pair"]])
    return np.minimum(rounds, schedule.features.rounds)


def _error_variants(schedule: Schedule) -> tuple[Integers, Integers, Integers]:
    """Architectures [O, E] that stand for each distinct pair of error limits, how many [O], and
    which of them each architecture uses [A, O]."""
    chances = schedule.arrays.chances
    error = chances.error[chances.error_variant]  # [A, O, 2, W]
    architectures, length = error.shape[:2]
    which = np.zeros((architectures, length), np.int32)
    variants = np.zeros((length, architectures), np.int32)
    count = np.zeros(length, np.int32)
    for a in range(architectures):
        new = schedule.arrays.doctrine.allowed[a] != 0
        for b in range(a):
            same = (error[a] == error[b]).all((-2, -1)) & new
            same &= schedule.arrays.doctrine.allowed[b] != 0
            which[a, same] = which[b, same]
            new &= ~same
        which[a, new] = count[new]
        variants[new, count[new]] = a
        count[new] += 1
    most = max(int(count.max(initial=1)), 1)
    return np.ascontiguousarray(variants[:, :most]), count, which


def _sharing(schedule: Schedule) -> tuple[Records, Integers]:
    """The steps of sharing with rows of their architecture, which is that of the burst's order."""
    sizes, sharing = schedule.sizes, schedule.arrays.sharing
    d = schedule.arrays.doctrine
    architecture = np.zeros(sharing.kind.size, np.int32)
    for a, number in np.argwhere(d.sharing_end > d.sharing_begin):
        architecture[d.sharing_begin[a, number] : d.sharing_end[a, number]] = a
    records = np.zeros(sharing.kind.size, SHARING)
    for name in SHARING.names or ():
        if name in _SHARING_FIELDS:
            records[name] = getattr(sharing, name)
    records["pair"] += architecture * sizes.pairs
    records["stock"] = architecture * sizes.magazines + sharing.magazine
    records["battery"] = architecture * sizes.batteries + sharing.battery
    records["object"] = architecture * sizes.objects + sharing.object
    records["salvo"] = np.arange(sharing.kind.size) * sharing.salvo.shape[1]
    return records, sharing.salvo
