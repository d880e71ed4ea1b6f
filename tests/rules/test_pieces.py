"""Pieces of engine and schedule on which the rules rest, each against an independent oracle."""

from __future__ import annotations

import itertools

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdefense.contract import CAUSE_MISSED, CAUSE_NO_CHANNEL, MAX_LOOKS
from mcdefense.contract.ordering import GroupedTimes, distinct_rows
from mcdefense.contract.purposes import limit
from mcdefense.engine.philox import multiply_high, philox4x32
from mcdefense.engine.rows import Small
from mcdefense.firecontrol.preference import NONE, preferred_later
from mcdefense.rules import packing as bits
from mcdefense.rules import unpacked
from mcdefense.rules.effects import look_after
from mcdefense.rules.numbers import bit, has
from mcdefense.world.uniforms import permutation, uniforms, weighted_choice


def _words(*values: int) -> tuple[jnp.ndarray, ...]:
    return tuple(jnp.uint32(value) for value in values)


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (
            (0xFFFFFFFF,) * 4,
            (0xFFFFFFFF,) * 2,
            (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
        ),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_known_answers(
    counter: tuple[int, ...], key: tuple[int, int], answer: tuple[int, ...]
) -> None:
    """philox4x32-10 of Random123's kat_vectors."""
    c0, c1, c2, c3 = _words(*counter)
    k0, k1 = _words(*key)
    assert tuple(int(word) for word in philox4x32((c0, c1, c2, c3), (k0, k1))) == answer


def test_philox_counters_broadcast() -> None:
    """Every element of a broadcast counter is drawn as if alone: one against all by hand."""
    c0 = jnp.arange(5, dtype=jnp.uint32)[:, None]
    c3 = jnp.arange(7, dtype=jnp.uint32)[None, :]
    fixed, key = _words(3, 9), _words(17, 23)
    together = philox4x32((c0, fixed[0], fixed[1], c3), (key[0], key[1]))
    for i, j in ((0, 0), (4, 6), (2, 5)):
        a, b = _words(i, j)
        alone = philox4x32((a, fixed[0], fixed[1], b), (key[0], key[1]))
        assert [int(w[i, j]) for w in together] == [int(w) for w in alone]


def test_multiply_high_is_exact() -> None:
    """floor(word * n / 2**32) for all n < 2**16 at the edges, and at random words, against
    Python's integers."""
    rng = np.random.default_rng(1)
    words = np.concatenate(
        [
            np.array([0, 1, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]),
            rng.integers(0, 2**32, 2000),
        ]
    ).astype(np.uint64)
    numbers = np.concatenate([np.array([0, 1, 2, 3, 0x7FFF, 0xFFFF]), rng.integers(0, 2**16, 50)])
    for n in numbers.astype(np.uint64).tolist():
        exact = (words * np.uint64(n)) >> np.uint64(32)
        found = multiply_high(jnp.asarray(words.astype(np.uint32)), jnp.uint32(n))
        assert (np.asarray(found).astype(np.uint64) == exact).all()


Column = jnp.ndarray


def _columns(*ranges: int) -> list[Column]:
    every = np.array(list(itertools.product(*(range(size) for size in ranges))), np.int16)
    return [jnp.asarray(column, Small) for column in every.T]


def _look(looks: Column, owed: Column, dead: Column, live: Column, wasted: Column) -> Column:
    """The row of a look, by arithmetic."""
    return looks + 16 * owed + 256 * dead + 512 * live + 1024 * wasted


def test_a_decision_is_read_as_it_was_packed() -> None:
    """All rounds, with every flag and every number owed, which without rounds is the cause:
    rounds make the cause "missed" until the threat is known to be killed."""
    taken, fired, owed, flags = _columns(2, 16, 16, 2**4)
    opens, kills, remote, wasted = ((flags >> place) & 1 for place in range(4))
    decision = (
        (fired | bit(taken != 0, bits.TAKEN) | (owed << bits.OWED_BIT))
        | bit(opens != 0, bits.OPENS)
        | bit(kills != 0, bits.KILLS)
        | bit(remote != 0, bits.REMOTE_TRACK)
        | bit(wasted != 0, bits.DOOMED)
    )
    assert decision.dtype == Small
    assert np.unique(np.asarray(decision)).size == decision.size
    assert (bits.is_taken(decision) == (taken == 1)).all()
    assert (decision & bits.ROUNDS == fired).all()
    assert (bits.cause_in(decision) == jnp.where(taken == 1, CAUSE_MISSED, owed)).all()
    assert bits.cause_in(bits.because(CAUSE_NO_CHANNEL)) == CAUSE_NO_CHANNEL
    assert (bits.owed_in(decision) == owed).all()
    for flag, field in (
        (bits.OPENS, opens),
        (bits.KILLS, kills),
        (bits.REMOTE_TRACK, remote),
        (bits.DOOMED, wasted),
    ):
        assert (has(decision, flag) == (field == 1)).all()


@pytest.mark.parametrize("errors", [True, False])
def test_a_look_after_a_decision(errors: bool) -> None:
    """Every look but its owed rounds, after every decision on it: nothing taken leaves it; a salvo
    sets what is owed and doomed; a new look counts one more, to the most, and takes the errors."""
    looks, old, new, taken, opens = _columns(MAX_LOOKS + 1, 8, 8, 2, 2)
    owed = 3 + looks * 0
    dead, live, wasted = ((old >> place) & 1 for place in range(3))
    dead_now, live_now, wasted_now = ((new >> place) & 1 for place in range(3))
    decision = (
        _look(jnp.ones_like(looks), owed + 4, dead_now, live_now, wasted_now)
        | bit(taken == 1, bits.TAKEN)
        | bit(opens == 1, bits.OPENS)
    )
    before = _look(looks, owed, dead * errors, live * errors, wasted)
    fresh = opens == 1
    after = _look(
        jnp.minimum(looks + opens, MAX_LOOKS),
        owed + 4,
        jnp.where(fresh, dead_now, dead) * errors,
        jnp.where(fresh, live_now, live) * errors,
        wasted_now,
    )
    expected = jnp.where(taken == 1, after, before)
    found = look_after(before, unpacked(decision, looks_err=errors))
    assert found.dtype == Small
    assert (found == expected).all()


def test_limits_of_probabilities() -> None:
    """A draw d of 31 bits succeeds if d <= limit: never at 0, always at 1, else floor(p 2**31)
    of 2**31 draws do."""
    assert int(limit(0.0)) == -1
    assert int(limit(1.0)) == 2**31 - 1
    assert int(limit(0.5)) == 2**30 - 1
    assert int(limit(2.0**-31)) == 0
    assert int(limit(2.0**-31 * 0.999)) == -1
    assert limit([0.0, 0.25, 1.0]).tolist() == [-1, 2**29 - 1, 2**31 - 1]
    assert limit(1.0).dtype == np.int32


@pytest.mark.parametrize("wrong", [-1e-9, 1.0 + 1e-9, float("nan"), [0.5, 2.0]])
def test_no_limit_of_what_is_no_probability(wrong: object) -> None:
    """Outside [0, 1]: refused, also within an array."""
    with pytest.raises(ValueError, match="probability"):
        limit(wrong)  # type: ignore[arg-type]


@given(st.floats(0, 1), st.floats(0, 1))
def test_limits_rise_with_the_probability(one: float, other: float) -> None:
    """So thresholds of larger salvos are never below those of smaller ones (rule 9)."""
    low, high = sorted((one, other))
    assert int(limit(low)) <= int(limit(high))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-50, 50)), max_size=30),
    st.lists(st.tuples(st.integers(0, 3), st.integers(-60, 60)), min_size=1, max_size=20),
    st.booleans(),
)
@settings(max_examples=300)
def test_grouped_times_against_counting(
    known: list[tuple[int, int]], asked: list[tuple[int, int]], distinct: bool
) -> None:
    """How many of a group's times are at or before, and before, a time: by counting."""
    group = np.array([g for g, _ in known], np.int64)
    time = np.array([t for _, t in known], np.int64)
    times = GroupedTimes(group, time, 4, distinct=distinct)
    ask_group = np.array([g for g, _ in asked], np.int64)
    ask_time = np.array([t for _, t in asked], np.int64)
    kept = set(known) if distinct else known
    assert times.at_or_before(ask_group, ask_time).tolist() == [
        sum(g == h and s <= t for h, s in kept) for g, t in asked
    ]
    assert times.before(ask_group, ask_time).tolist() == [
        sum(g == h and s < t for h, s in kept) for g, t in asked
    ]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-(2**40), 2**40)), max_size=20))
def test_distinct_rows_against_a_dictionary(rows: list[tuple[int, int]]) -> None:
    """Rows with the same number are equal, and `first` is where each was first seen."""
    columns = [np.array([row[i] for row in rows], np.int64) for i in range(2)]
    first, number = distinct_rows(*columns)
    assert [rows[first[n]] for n in number] == rows
    assert sorted(first.tolist()) == sorted({row: rows.index(row) for row in rows}.values())


def _preferred(place: int, entries: list[tuple[int, int, int, int]]) -> int:
    """Rule 21 read aloud: of the later opportunities of the same pair that are adequate, cost
    less, and leave as many looks, the cheapest, of those the earliest."""
    pair, cost, _, looks = entries[place]
    mine = [i for i, entry in enumerate(entries) if entry[0] == pair and i > place]
    fits = [i for i in mine if entries[i][2] >= 1 and entries[i][1] < cost]
    fits = [i for i in fits if entries[i][3] >= looks]
    return min(fits, key=lambda i: (entries[i][1], i), default=NONE)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(0, 2), st.integers(1, 4)),
        max_size=14,
    )
)
@settings(max_examples=500)
def test_preferred_later_against_reading_the_rule(
    entries: list[tuple[int, int, int, int]],
) -> None:
    """Pairs, costs, SSPK in halves (adequate from one half) and looks left, at random."""
    found = preferred_later(
        np.array([e[0] for e in entries], np.int64),
        np.array([e[1] for e in entries], np.int64),
        np.array([e[2] for e in entries]) / 2,
        np.full(len(entries), 0.5),
        np.array([e[3] for e in entries], np.int64),
    )
    assert found.tolist() == [_preferred(i, entries) for i in range(len(entries))]


def test_uniforms_lie_inside_the_unit_interval() -> None:
    """Never 0 or 1, mean 1/2 within 4 standard errors, prefix-stable in their number."""
    many = uniforms(1, 0, "anything", 100_000)
    assert 0.0 < many.min() < 1e-3
    assert 1.0 - 1e-3 < many.max() < 1.0
    assert abs(many.mean() - 0.5) < 4 * np.sqrt(1 / 12 / many.size)
    assert uniforms(1, 0, "anything", 10).tolist() == many[:10].tolist()


def test_uniforms_are_keyed_by_seed_world_and_topic() -> None:
    """Each part of the key gives other numbers; the values are part of results' identity."""
    base = uniforms(1, 0, "count.drones", 4)
    for other in (
        uniforms(2, 0, "count.drones", 4),
        uniforms(1, 1, "count.drones", 4),
        uniforms(1, 0, "count.missiles", 4),
    ):
        assert not np.isin(other, base).any()
    assert base.tolist() == [
        0.7384280841320281,
        0.6674687505596328,
        0.7871866492962258,
        0.6567307721167914,
    ]


@given(st.integers(0, 1000), st.integers(1, 40))
@settings(max_examples=50)
def test_permutation_holds_every_number_once(number: int, size: int) -> None:
    """So every night comes once before any repeats."""
    assert sorted(permutation(1, number, "night", size).tolist()) == list(range(size))


def test_weighted_choice_follows_the_cumulative_weights() -> None:
    """Weights 1, 0, 3: below 1/4 the first, from there the third, never the second."""
    picks = weighted_choice(np.array([1.0, 0.0, 3.0]), np.array([0.001, 0.249, 0.251, 0.999]))
    assert picks.tolist() == [0, 0, 2, 2]
