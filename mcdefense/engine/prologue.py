"""What a trial draws before its first opportunity: coins, presence, calling, tracks."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.engine.draws import Luck, chosen
from mcdefense.engine.rows import Rank, entry, rank, row, with_row
from mcdefense.schedule.purposes import Purpose
from mcdefense.schedule.schedule import (
    ALWAYS_TRACKED,
    NEVER,
    TRACK_TIMES,
    UNAVAILABLE,
    Tosses,
    Tracks,
)


def toss_flags(tosses: Tosses, count: Array, rows: int, luck: Luck) -> Array:
    """Flags [rows, W, T]: bits of every toss that failed (rule 6)."""
    shape = (rows, luck.world.size, luck.trial.size)

    def toss(index: Array, flags: Array) -> Array:
        draw = luck.draw(
            entry(tosses.purpose, index), entry(tosses.sub, index), entry(tosses.entity, index)
        )
        low = entry(tosses.low, index)[:, None]
        high = entry(tosses.high, index)[:, None]
        bits = jnp.where((draw <= low) | (draw > high), rank(tosses.bits, index), Rank(0))
        target = entry(tosses.flags, index)
        return with_row(flags, target, row(flags, target) | bits)

    return lax.fori_loop(0, count, toss, jnp.zeros(shape, Rank))


def _track(
    tracks: Tracks, index: Array, gates: Array, flags: Array, draw: Array, *, cued: bool
) -> Array:
    """One sensor's contribution to one gate: the first time whose cumulative detection holds."""
    ranks = entry(tracks.ranks, index).astype(Rank)
    limits = entry(tracks.limits, index)
    value = jnp.broadcast_to(ranks[0], draw.shape)
    if cued:
        warning = row(gates, entry(tracks.warning, index))
        cued_limits = entry(tracks.cued_limits, index)
        warning_ranks = entry(tracks.warning_ranks, index).astype(Rank)
    for j in range(TRACK_TIMES):
        untracked = draw > limits[j][:, None]
        if cued:
            untracked &= (draw > cued_limits[j][:, None]) | (warning > warning_ranks[j])
        value = jnp.where(untracked, ranks[j + 1], value)
    path = row(flags, entry(tracks.path_flags, index))
    value = jnp.where((path & UNAVAILABLE) != 0, Rank(NEVER), value)
    target = entry(tracks.gate, index)
    return with_row(gates, target, jnp.minimum(row(gates, target), value))


def track_gates(
    tracks: Tracks,
    count: Array,
    cued_tracks: Tracks,
    cued_count: Array | None,
    rows: int,
    flags: Array,
    luck: Luck,
) -> Array:
    """Gate values [rows, W, T]: twice the rank of the track's time, plus 1 if it is remote.

    Cued tracks come second: they read the gates that warn them (rule 11). `cued_count` None
    leaves them out of the program.
    """
    # Even, since an odd value says that the track is remote.
    gates = jnp.full((rows, *flags.shape[1:]), NEVER, Rank).at[ALWAYS_TRACKED].set(-2)
    gates = _with_tracks(gates, tracks, count, flags, luck, cued=False)
    if cued_count is None:
        return gates
    return _with_tracks(gates, cued_tracks, cued_count, flags, luck, cued=True)


def _with_tracks(
    gates: Array, tracks: Tracks, count: Array, flags: Array, luck: Luck, *, cued: bool
) -> Array:
    """The gates with the contributions of `count` tracks, one Philox call for four entities."""

    def word_of(index: Array) -> Array:
        return entry(tracks.entity, index) >> 2

    def with_word(carry: _Carry) -> _Carry:
        word = word_of(carry[0])
        draws = luck.draws(Purpose.TRACK, 0, word)

        def shares(carry: _Carry) -> Array:
            return (carry[0] < count) & (word_of(carry[0]) == word)

        def with_one(carry: _Carry) -> _Carry:
            index, gates = carry
            draw = chosen(draws, entry(tracks.entity, index) & 3)
            return index + 1, _track(tracks, index, gates, flags, draw, cued=cued)

        return lax.while_loop(shares, with_one, carry)

    start = (jnp.int32(0), gates)
    return lax.while_loop(lambda carry: carry[0] < count, with_word, start)[1]


_Carry = tuple[Array, Array]
"""The next track, and the gates so far."""
