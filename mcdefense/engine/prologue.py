"""What a trial draws before its first opportunity: coins, presence, calling, tracks."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.engine.draws import Luck
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
    tracks: Tracks, index: Array, gates: Array, flags: Array, luck: Luck, *, cued: bool
) -> Array:
    """One sensor's contribution to one gate: the first time whose cumulative detection holds."""
    draw = luck.draw(Purpose.TRACK, 0, entry(tracks.entity, index))
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
    gates = lax.fori_loop(
        0, count, lambda i, gates: _track(tracks, i, gates, flags, luck, cued=False), gates
    )
    if cued_count is None:
        return gates
    return lax.fori_loop(
        0, cued_count, lambda i, gates: _track(cued_tracks, i, gates, flags, luck, cued=True), gates
    )
