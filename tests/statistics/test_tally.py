"""Merging is exact: integers, in any order and grouping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdefense.statistics import TALLY_DIMENSIONS, Axes, Tally, merge
from tests.statistics.counted_by_hand import axes

LARGE = 2**53 + 1  # not a float64


def random_tally(world: list[int], seed: int, longest: int = 3) -> Tally:
    rng = np.random.default_rng(seed)
    tally = Tally.zeros(axes(0).with_worlds(np.array(world)))
    shape = (*tally["leakers_histogram"].shape[:-1], longest + 1)
    tally.counts["leakers_histogram"] = np.zeros(shape, np.int64)
    for array in tally.counts.values():
        array[...] = rng.integers(0, 1000, array.shape)
    return tally


@st.composite
def shards(draw: st.DrawFn) -> list[Tally]:
    numbers = draw(st.lists(st.integers(0, 60), unique=True, min_size=1, max_size=12))
    parts: list[Tally] = []
    while numbers:
        size = draw(st.integers(1, len(numbers)))
        seed, longest = draw(st.integers(0, 99)), draw(st.integers(0, 5))
        parts.append(random_tally(sorted(numbers[:size]), seed, longest))
        numbers = numbers[size:]
    return parts


@settings(deadline=None, max_examples=50)
@given(parts=shards(), order=st.randoms(use_true_random=False))
def test_merge_in_any_order_and_grouping_is_the_same(parts: list[Tally], order: object) -> None:
    whole = merge(parts)
    shuffled = list(parts)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge(shuffled).equals(whole)
    one_by_one = shuffled[0]
    for part in shuffled[1:]:
        one_by_one = merge([part, one_by_one])
    assert one_by_one.equals(whole)
    half = len(shuffled) // 2
    if half:
        assert merge([merge(shuffled[:half]), merge(shuffled[half:])]).equals(whole)


@settings(deadline=None, max_examples=50)
@given(parts=shards())
def test_blocks_added_in_place_equal_the_merge(parts: list[Tally]) -> None:
    whole = merge(parts)
    added = Tally.zeros(whole.axes)
    for part in reversed(parts):
        added.add_block(np.searchsorted(whole.axes.world, part.axes.world), part.counts)
    assert added.equals(whole)


def test_merge_by_hand() -> None:
    late, early = random_tally([3, 7], 1, 1), random_tally([5], 2, 2)
    whole = merge([late, early])
    assert whole.axes.world.tolist() == [3, 5, 7]
    leakers = [late["leaked"][0], early["leaked"][0], late["leaked"][1]]
    assert np.array_equal(whole["leaked"], leakers)
    assert np.array_equal(whole["kills"], late["kills"] + early["kills"])
    histogram = early["leakers_histogram"].copy()
    histogram[..., :2] += late["leakers_histogram"]
    assert np.array_equal(whole["leakers_histogram"], histogram)
    assert whole.trials == late.trials + early.trials


def test_merge_leaves_its_parts_alone_and_counts_beyond_floats() -> None:
    parts = [Tally.zeros(axes(0).with_worlds(np.array([i]))) for i in range(3)]
    for part in parts:
        part["kills"][...] = LARGE
    assert np.all(merge(parts)["kills"] == 3 * LARGE)
    assert np.all(parts[0]["kills"] == LARGE)


def test_merge_refuses_a_world_twice_other_axes_and_nothing() -> None:
    with pytest.raises(ValueError, match=r"more than once: \[4\]"):
        merge([random_tally([1, 4], 1), random_tally([4, 9], 2)])
    other = Tally.zeros(axes(1, architectures=3))
    with pytest.raises(ValueError, match="differ in an axis"):
        merge([other, random_tally([4], 1)])
    with pytest.raises(ValueError, match="at least one"):
        merge([])


def test_a_row_may_come_twice_in_a_block() -> None:
    tally = Tally.zeros(axes(3))
    tally.add_block(np.array([2, 0, 2]), {"trials": np.array([10, 1, 5])})
    assert tally["trials"].tolist() == [1, 0, 15]
    tally.add_block(1, {"trials": np.array(4)})
    tally.add_block(1, {"trials": np.array([4])})
    assert tally["trials"].tolist() == [1, 8, 15]


def test_a_faulty_block_adds_nothing_and_names_every_fault() -> None:
    tally = Tally.zeros(axes(3))
    block = {"trials": np.array([1]), "kils": np.zeros(1), "damaging_leakers": np.zeros((2, 1))}
    with pytest.raises(
        ValueError, match="kils: unknown count; damaging_leakers: got float64"
    ) as caught:
        tally.add_block(0, block)
    assert "trials" not in str(caught.value)
    assert tally.trials == 0
    with pytest.raises(ValueError, match="trials: got shape"):
        tally.add_block(slice(0, 2), {"trials": np.array([1])})
    for row in (3, -1):
        with pytest.raises(ValueError, match="but 3 worlds"):
            tally.add_block(row, {"trials": np.array([1])})


def test_other_integers_are_taken_and_the_callers_arrays_left_alone() -> None:
    tally = Tally.zeros(axes(2))
    tally.add_block(slice(None), {"trials": np.array([1, 2], np.uint64)})
    given = {**tally.counts, "damaging_leakers": tally["damaging_leakers"].astype(np.int32)}
    taken = Tally(tally.axes, given)
    assert taken["damaging_leakers"].dtype == np.int64
    assert given["damaging_leakers"].dtype == np.int32
    assert taken.equals(tally)


def test_counts_must_be_complete_integers_of_the_right_shape() -> None:
    good = Tally.zeros(axes(2))
    assert set(good.counts) == set(TALLY_DIMENSIONS)
    assert all(array.dtype == np.int64 for array in good.counts.values())
    partial = {name: array for name, array in good.counts.items() if name != "live"}
    with pytest.raises(ValueError, match="live: missing"):
        Tally(good.axes, partial)
    with pytest.raises(ValueError, match="trials: got shape"):
        Tally(good.axes, {**good.counts, "trials": np.zeros(3, np.int64)})


def test_axes_of_pairs_and_worlds() -> None:
    four = axes(1, architectures=4)
    assert four.pairs == ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
    assert four.compared() == four.pairs
    turned = four.compared("architecture_2", "architecture_0")
    assert turned == ((1, 0), (2, 0), (3, 0), (2, 1), (1, 3), (2, 3))
    assert four.compared("architecture_3") == ((0, 1), (0, 2), (3, 0), (1, 2), (3, 1), (3, 2))
    assert four.compared("of another run", "") == four.pairs
    assert four.threat_class_total == ("class_0", "total")
    for world in ([1, 1], [2, 1]):
        with pytest.raises(ValueError, match="increase"):
            four.with_worlds(np.array(world))
    with pytest.raises(ValueError, match="every name once"):
        Axes(("a", "a"), (), (), (), (), np.arange(1))
    assert four == axes(1, architectures=4)
    assert four != four.with_worlds(np.arange(2))
