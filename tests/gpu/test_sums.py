"""How wide the counts of a launch are: 32 bits where no sum can pass them, else 64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mcdefense.contract import Schedule, Sizes
from mcdefense.engine.epilogue import Outcome
from mcdefense.gpu import program
from mcdefense.gpu.fleet import CardFleet
from mcdefense.gpu.launching import Loaded, Packed, Piece, Slot, loaded_on
from mcdefense.gpu.places import Sums
from mcdefense.schedule.pad import padded_sizes
from tests.gpu.alike import blocks_of, by_kernels, differences
from tests.gpu.host_card import HostCard
from tests.gpu.test_equal import SEED, world_of


def on_host(name: str) -> tuple[Schedule, Loaded]:
    """A configuration's first world, and its kernels on this machine's processor."""
    schedule = world_of(name)
    capacity = padded_sizes(schedule.sizes)
    made = program.program_of(schedule, schedule.features, capacity, bins=capacity.objects + 1)
    return schedule, loaded_on(HostCard(), made)


def test_counts_have_32_bits_where_no_sum_can_pass_them(
    schedule: Schedule, capacity: Sizes
) -> None:
    made = program.program_of(schedule, schedule.features, capacity, bins=capacity.objects + 1)
    most = made.sums.most_by_trial
    last = (2**32 - 1) // most

    def packed(*trials: int) -> Packed:
        return Packed.of(made, [Piece(schedule, 0, number) for number in trials])

    assert most * last < 2**32 <= most * (last + 1)
    few, many = packed(64, last), packed(64, last + 1)
    assert (few.are_wide, many.are_wide) == (False, True)
    assert 2 * few.rows["sums"] == many.rows["sums"]


@pytest.mark.parametrize("name", ["quick_start", "coordination", "layered_table"])
def test_a_trial_adds_no_more_to_a_count_than_is_said(name: str) -> None:
    """As many worlds as trials, so that each count is one trial's; some are the most there can be:
    a count of what is live, squared, in a raid in which everything is."""
    schedule, loaded, slot = *on_host(name), Slot(HostCard(), SEED)
    pieces = [Piece(schedule, first, 1) for first in range(200)]
    outcomes, _ = slot.run(loaded, pieces)
    slot.release()
    greatest = max(int(np.max(value, initial=0)) for one in outcomes for value in one)
    assert schedule.sizes.objects**2 // 4 < greatest <= loaded.program.sums.most_by_trial


@pytest.mark.parametrize("name", ["quick_start", "coordination"])
def test_counts_are_the_same_in_32_bits_and_in_64(name: str) -> None:
    schedule, loaded = on_host(name)
    pieces = [Piece(schedule, 0, 300), Piece(schedule, 300, 41)]
    found = []
    for are_wide in (False, True):
        slot = Slot(HostCard(), SEED)
        packed = slot.pack(loaded.program, pieces, are_wide=are_wide)
        outcomes, _ = slot.finish(slot.start(loaded, packed))
        assert outcomes[0].outcome.dtype == (np.int64 if are_wide else np.uint32)
        found.append(outcomes)
        slot.release()
    assert found[0][0].outcome.sum() > 0
    for narrow, wide in zip(*found, strict=True):
        assert differences(narrow, wide) == []


def test_a_launch_keeps_its_counts_when_the_next_has_taken_its_memory() -> None:
    schedule, loaded = on_host("quick_start")
    slot = Slot(HostCard(), SEED)
    first, _ = slot.run(loaded, [Piece(schedule, 0, 64)])
    before = np.copy(first[0].outcome)
    slot.run(loaded, [Piece(schedule, 64, 64)])
    slot.release()
    assert np.array_equal(first[0].outcome, before)


def test_halves_of_32_bits_are_added_up_in_64(
    schedule: Schedule, capacity: Sizes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each half holds its counts, and both together need not."""

    class Short(HostCard):
        def free_bytes(self) -> int:
            return 2**40

    made = Sums.outcomes

    def near_the_end(sums: Sums, counts: Any) -> list[Outcome]:
        return made(sums, counts + np.uint32(2**31))

    block = blocks_of(schedule, capacity, 3, [2_000])[0]
    ample = HostCard()
    by_kernels([block], SEED, ample)
    needed = sum(one[1] for one in ample.asked if one[0] == "memory")
    monkeypatch.setattr(Sums, "outcomes", near_the_end)
    with CardFleet([Short(2 * needed // 3)], SEED) as fleet:
        fleet.submit(block)
        ((_, outcome),) = fleet.finished(everything=True)
    assert outcome.outcome.min() >= 2**32
    assert outcome.outcome.dtype == np.int64
