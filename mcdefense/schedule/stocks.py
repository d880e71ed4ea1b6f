"""Magazines and channels: what every trial starts with, by architecture."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mcdefense.contract import Arrays, ChannelRanks, Integers, Names, Schedule, Stocks, digest
from mcdefense.firecontrol import FireControl


class Magazines(NamedTuple):
    """The rows of magazines, alike in all architectures."""

    row_of: Integers  # [B, I]
    battery: Integers  # [magazines]
    interceptor: Integers


def magazine_rows(names: Names, controls: list[FireControl]) -> Magazines:
    """The row of each (battery, interceptor), and what each row is.

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
    return Magazines(row_of, np.array(owners or [0]), np.array(rounds or [0]))


def initial_stocks(
    controls: list[FireControl], names: Names, magazines: Magazines
) -> tuple[Stocks, Integers]:
    """Every architecture's initial stocks, and the channels of each battery [A, B], 0 where they
    are unlimited."""
    batteries = [[c.scenario.battery[b] for b in names.battery] for c in controls]
    owner = magazines.battery
    rounds = np.zeros((len(controls), owner.size), np.int64)
    channels = np.zeros((len(controls), len(names.battery)), np.int64)
    for a, some in enumerate(batteries):
        for b, battery in enumerate(some):
            channels[a, b] = battery.channels or 0
            for interceptor, count in battery.magazine.items():
                row = magazines.row_of[b, names.interceptor.index(interceptor)]
                rounds[a, row] = count
    stocks = Stocks(
        rounds.astype(np.int32),
        owner.astype(np.int32),
        network_flags=np.zeros(0, np.int32),
    )
    return stocks, channels


_FOLLOW = frozenset({"turns", "channels"})
"""Arrays that follow from others, so that the digest need not hold them."""


def digest_of(arrays: Arrays, channel_ranks: ChannelRanks) -> str:
    """The digest of a schedule's arrays; what has no rows is left out of it, so that the digest of
    a schedule without onsets, losses and reloads says nothing of them."""
    unused = {"onsets": arrays.onsets.cause.size, "losses": arrays.losses.object.size}
    unused["reloads"] = arrays.reloads.rounds.size
    without = {name for name, rows in unused.items() if not rows}
    return digest(arrays, channel_ranks, but=_FOLLOW | without)


def counter_bits(rounds: int) -> int:
    """Bits for counters up to so many, of those widths that fill a word of 16 bits well."""
    return next(bits for bits in (5, 8, 15) if rounds < 1 << bits)


def with_stocks(schedule: Schedule, controls: list[FireControl], names: Names) -> Schedule:
    """The schedule with the rounds that these architectures load in the same magazines; as it is
    where any is filled up, since it is kept for the same rounds only then (kept_lists.py)."""
    if schedule.features.reloads:
        return schedule
    stocks, _ = initial_stocks(controls, names, magazine_rows(names, controls))
    arrays = schedule.arrays
    arrays = arrays._replace(stocks=arrays.stocks._replace(rounds=stocks.rounds))
    features = replace(schedule.features, counter_bits=counter_bits(int(stocks.rounds.max())))
    found = digest_of(arrays, schedule.channel_ranks)
    return replace(schedule, arrays=arrays, features=features, digest=found)
