"""What a trial draws before its first opportunity: coins, presence, calling, tracks."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import (
    ALWAYS_TRACKED,
    NEVER,
    TRACK_TIMES,
    UNAVAILABLE,
    Purpose,
    Tosses,
    TrackRows,
)
from mcdefense.engine.draws import Luck, chosen
from mcdefense.engine.rows import (
    Small,
    Space,
    entry,
    entry_by_trial,
    filled,
    limit_of,
    row,
    small,
    with_row,
)
from mcdefense.engine.skip import run_if


def toss_flags(tosses: Tosses, count: Array, space: Space, luck: Luck) -> Array:
    """Flags, in their space: bits of every toss that failed (rule 6, `coins`)."""

    def toss(index: Array, flags: Array) -> Array:
        draw = luck.draw(
            entry(tosses.purpose, index), entry(tosses.sub, index), entry(tosses.entity, index)
        )
        low, high = limit_of(entry(tosses.low, index)), limit_of(entry(tosses.high, index))
        bits = jnp.where((draw <= low) | (draw > high), small(tosses.bits, index), Small(0))
        place = entry(tosses.flags, index)
        return with_row(flags, place, row(flags, place) | bits)

    return lax.fori_loop(0, count, toss, filled(space, 0))


def track_gates(
    tracks: TrackRows,
    count: Array,
    cued_tracks: TrackRows,
    cued_count: Array | None,
    space: Space,
    flags: Array,
    luck: Luck,
) -> Array:
    """Gate values, in their space: twice the rank of the track's time, plus 1 if it is remote.

    Cued tracks come second: they read the gates that warn them (rule 11, `remote_track`).
    `cued_count` None leaves them out of the program.
    """
    # Even, since an odd value says that the track is remote.
    gates = filled(space, NEVER)
    always = jnp.full_like(row(gates, ALWAYS_TRACKED), -2)
    gates = with_row(gates, ALWAYS_TRACKED, always)
    gates = _with_tracks(gates, tracks, count, flags, luck)
    if cued_count is None:
        return gates
    return _with_cued(gates, cued_tracks, cued_count, flags, luck)


_Carry = tuple[Array, Array]
"""The next track, and the gates so far."""


def _with_tracks(gates: Array, tracks: TrackRows, count: Array, flags: Array, luck: Luck) -> Array:
    """The gates with the contributions of `count` tracks.

    One Philox call serves four entities, and one comparison of a draw with its limits the many
    gates that ask for the same track with other delays.
    """

    def with_word(carry: _Carry) -> _Carry:
        word = entry(tracks.entity, carry[0]) >> 2
        draws = luck.draws(Purpose.TRACK, 0, word)

        def with_track(carry: _Carry) -> _Carry:
            first = carry[0]
            draw = chosen(draws, entry(tracks.entity, first) & 3)

            def same_track(carry: _Carry) -> Array:
                index = carry[0]
                return (index < count) & (
                    (index == first) | (entry(tracks.same_as_before, index) != 0)
                )

            def with_times(zero: Array, carry: _Carry) -> _Carry:
                missed = _times_missed(draw, entry(tracks.limits, first + zero))

                def with_gate(carry: _Carry) -> _Carry:
                    index, gates = carry
                    # Plus 0, so that XLA does not keep what each bit of it says in rows.
                    number = missed + small(tracks.in_time, index)
                    value = entry_by_trial(tracks.ranks, index, number)
                    return index + 1, _contributed(gates, tracks, index, flags, value)

                def and_times_matter(carry: _Carry) -> Array:
                    return same_track(carry) & (entry(tracks.in_time, carry[0]) == 0)

                return lax.while_loop(and_times_matter, with_gate, carry)

            def with_gate(carry: _Carry) -> _Carry:
                index, gates = carry
                last = entry(tracks.in_time, index) - 1
                limit = limit_of(entry(entry(tracks.limits, index), last))
                value = jnp.where(draw <= limit, entry(tracks.ranks, index)[0], NEVER)
                return index + 1, _contributed(gates, tracks, index, flags, value.astype(Small))

            carry = run_if(entry(tracks.in_time, first) == 0, with_times, carry, skips=True)
            return lax.while_loop(same_track, with_gate, carry)

        def same_word(carry: _Carry) -> Array:
            return (carry[0] < count) & (entry(tracks.entity, carry[0]) >> 2 == word)

        return lax.while_loop(same_word, with_track, carry)

    return lax.while_loop(lambda carry: carry[0] < count, with_word, (jnp.int32(0), gates))[1]


def _times_missed(draw: Array, limits: Array) -> Array:
    """How many of its times a sensor has missed [1, W, T]; `limits` [J, W] never fall."""
    missed = jnp.zeros_like(draw)
    for limit in limits:
        # The sign of a difference that cannot overflow: truths LLVM would add up in bytes.
        missed = missed - ((limit_of(limit) - draw) >> 31)
    return missed.astype(Small)


def _contributed(
    gates: Array, tracks: TrackRows, index: Array, flags: Array, value: Array
) -> Array:
    """The gates, one of them no later than a track's value if its path is up."""
    path = row(flags, entry(tracks.path_flags, index))
    value = jnp.where((path & UNAVAILABLE) != 0, Small(NEVER), value)
    gate = entry(tracks.gate, index)
    return with_row(gates, gate, jnp.minimum(row(gates, gate), value))


def _with_cued(gates: Array, tracks: TrackRows, count: Array, flags: Array, luck: Luck) -> Array:
    """The gates with the contributions of `count` cued tracks, which are few."""

    def with_one(index: Array, gates: Array) -> Array:
        draw = luck.draw(Purpose.TRACK, 0, entry(tracks.entity, index))
        warning = row(gates, entry(tracks.warning, index)).astype(jnp.int32)
        ranks, cues = entry(tracks.ranks, index), entry(tracks.warning_ranks, index)
        limits, cued_limits = entry(tracks.limits, index), entry(tracks.cued_limits, index)
        value = jnp.broadcast_to(ranks[0], draw.shape)
        for j in range(TRACK_TIMES):
            missed = (draw > limit_of(cued_limits[j])) | (warning > cues[j])
            missed &= draw > limit_of(limits[j])
            value = jnp.where(missed, ranks[j + 1], value)
        return _contributed(gates, tracks, index, flags, value.astype(Small))

    return lax.fori_loop(0, count, with_one, gates)
