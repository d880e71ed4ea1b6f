"""Magazines and channels: what every trial starts with, by architecture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mcdefense.contract import Arrays, ChannelRanks, Digest, Integers, Names, Stocks
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
        rounds.astype(np.int32)[..., np.newaxis],
        owner.astype(np.int32),
        network_flags=np.zeros(0, np.int32),
    )
    return stocks, channels


_FOLLOW = frozenset({"turns", "channels"})
"""Arrays that follow from others, so that the digest need not hold them. All of them come before
the stocks."""
_BEFORE_STOCKS = Arrays._fields[: Arrays._fields.index("stocks")]
_FROM_STOCKS = Arrays._fields[Arrays._fields.index("stocks") :]


def digest_of(arrays: Arrays, channel_ranks: ChannelRanks) -> str:
    """The digest of a schedule's arrays; what has no rows is left out of it, so that the digest of
    a schedule without onsets, losses, posts and reloads says nothing of them."""
    return digest_with_stocks(digest_before_stocks(arrays), arrays, channel_ranks)


def digest_before_stocks(arrays: Arrays) -> Digest:
    """What of the digest comes before the stocks, and is the same whatever they are."""
    before = Digest()
    before.add(arrays, but={*_left_out(arrays), *_FROM_STOCKS})
    return before


def digest_with_stocks(before: Digest, arrays: Arrays, channel_ranks: ChannelRanks) -> str:
    """The digest of arrays of which those before the stocks have been added up; adds nothing to
    `before` itself."""
    whole = before.copy()
    # As it was before schedules had several loads, so that worlds of earlier files keep theirs.
    (rounds,) = np.moveaxis(arrays.stocks.rounds, -1, 0)
    of_one = arrays._replace(stocks=arrays.stocks._replace(rounds=rounds))
    whole.add(of_one, but=_BEFORE_STOCKS)
    whole.add(channel_ranks)
    return whole.hex()


def _left_out(arrays: Arrays) -> set[str]:
    unused = {
        "onsets": arrays.onsets.cause.size,
        "losses": arrays.losses.object.size,
        "posts": arrays.posts.network.size,
        "reloads": arrays.reloads.rounds.size,
    }
    return {*_FOLLOW, *(name for name, rows in unused.items() if not rows)}


def counter_bits(rounds: int) -> int:
    """Bits for counters up to so many, of those widths that fill a word of 16 bits well."""
    return next(bits for bits in (5, 8, 15) if rounds < 1 << bits)
