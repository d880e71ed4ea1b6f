"""Launching, on a card that only seems one: order, operands, memory, several cards, failures."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest

from mcdefense.contract import Schedule, Sizes
from mcdefense.engine.devices import Block
from mcdefense.engine.epilogue import Outcome
from mcdefense.gpu import fleet as fleet_module
from mcdefense.gpu import program
from mcdefense.gpu.card import CardError
from mcdefense.gpu.compiling import CompileError
from mcdefense.gpu.fleet import CardFleet
from mcdefense.gpu.launching import Piece
from mcdefense.schedule.pad import padded_sizes
from tests.gpu.alike import added, blocks_of, by_engine, by_kernels, differences
from tests.gpu.host_card import HostCard
from tests.gpu.test_equal import SEED, world_of


def asked(card: HostCard, *what: str) -> list[tuple[Any, ...]]:
    return [one for one in card.asked if one[0] in what]


def test_a_launch_sends_then_clears_then_runs_four_kernels_then_fetches(
    schedule: Schedule, capacity: Sizes
) -> None:
    card, trials = HostCard(), 300
    by_kernels(blocks_of(schedule, capacity, 0, [trials]), SEED, card)
    work = asked(card, "copy", "clear", "launch", "wait")
    names = [one[1] if one[0] == "launch" else one[0] for one in work]
    assert names == ["copy", "clear", *program.KERNELS, "copy", "wait"]
    architectures, blocks = schedule.features.architectures, -(-trials // 128)
    grids = {one[1]: (one[2], one[3]) for one in asked(card, "launch")}
    assert grids["begin"] == grids["compare"] == ((blocks, 1, 1), 64)
    assert grids["replay"] == grids["count"] == ((blocks, architectures, 1), 64)


def test_kernels_are_loaded_once_for_all_launches(schedule: Schedule, capacity: Sizes) -> None:
    card = HostCard()
    with CardFleet([card], SEED) as fleet:
        for block in blocks_of(schedule, capacity, 0, [100, 200]):
            fleet.submit(block)
            assert len(list(fleet.finished(everything=True))) == 1
    assert sorted(one[1] for one in asked(card, "load")) == sorted(program.KERNELS)
    assert len(asked(card, "launch")) == 2 * len(program.KERNELS)


def test_all_memory_is_given_back(schedule: Schedule, capacity: Sizes) -> None:
    card = HostCard()
    by_kernels(blocks_of(schedule, capacity, 0, [100]), SEED, card)
    assert card.used == 0
    assert len(asked(card, "memory")) > 0


def test_a_launch_that_finds_no_memory_is_halved(schedule: Schedule, capacity: Sizes) -> None:
    """Memory that the card reports as free and then does not have."""

    class Greedy(HostCard):
        def free_bytes(self) -> int:
            return 2**40

    blocks = blocks_of(schedule, capacity, 3, [2_000])
    ample = HostCard()
    expected = by_kernels(blocks, SEED, ample)
    needed = sum(one[1] for one in asked(ample, "memory"))
    short = Greedy(needed // 3)
    assert differences(by_kernels(blocks, SEED, short), expected) == []
    assert len(asked(short, "launch")) > len(program.KERNELS)
    assert short.used == 0
    with pytest.raises(MemoryError):
        by_kernels(blocks, SEED, Greedy(1_000))


def test_work_is_not_summed_anew_for_each_block(capacity: Sizes, schedule: Schedule) -> None:
    """Many worlds of few trials wait together; what is said of them is what is queued."""
    with CardFleet([HostCard()], SEED) as fleet:
        slots = [fleet.free.get(), fleet.free.get()]  # as if both had work
        fleet.most_pairings = 1e12
        for block in blocks_of(schedule, capacity, 0, range(64, 64 * 41, 64)):
            fleet.submit(block)
        trials = 40 * 64
        pairings = Piece(schedule, 0, trials).pairings * trials
        assert fleet.waiting_work == (pairings, trials * schedule.features.architectures)
        for slot in slots:
            fleet.free.put(slot)
        assert sum(1 for _ in fleet.finished(everything=True)) == 40
        assert fleet.waiting_work == (0, 0)


def test_many_worlds_go_in_one_launch() -> None:
    card = HostCard()
    worlds = [world_of("quick_start", number) for number in range(5)]
    capacity = program.widest([padded_sizes(world.sizes) for world in worlds])
    blocks = [block for world in worlds for block in blocks_of(world, capacity, 0, [64])]
    with CardFleet([card], SEED) as fleet:
        fleet.free.get(), fleet.free.get()  # as if both slots had work
        fleet.most_pairings = 1e12
        for block in blocks:
            fleet.submit(block)
        for slot in fleet.slots:
            fleet.free.put(slot)
        done = [block for block, _ in fleet.finished(everything=True)]
    assert done == blocks
    grids = [one[2] for one in asked(card, "launch") if one[1] == "begin"]
    assert grids == [(1, 1, 5)]


def launched(
    card: HostCard, blocks: list[Block], monkeypatch: pytest.MonkeyPatch, patience_s: float
) -> list[int]:
    """Worlds of each launch where 256 trials of an architecture are worth one and all slots are
    free whenever a block comes; the blocks must come back in order, with the usual counts."""
    architectures = blocks[0].schedule.features.architectures
    monkeypatch.setattr(fleet_module, "WORTH_TRIALS", 256 * architectures)
    monkeypatch.setattr(fleet_module, "PATIENCE_S", patience_s)
    with CardFleet([card], SEED) as fleet:
        for block in blocks:
            fleet.submit(block)
            end = time.monotonic() + 60
            while fleet.free.qsize() < len(fleet.slots):
                assert time.monotonic() < end, "a launch does not end"
                time.sleep(0.001)
        done = list(fleet.finished(everything=True))
    assert [block for block, _ in done] == blocks
    for block, outcome in done:
        summed: Any = added([], outcome)
        assert differences(Outcome(*summed), by_kernels([block], SEED)) == []
    return [one[2][2] for one in asked(card, "launch") if one[1] == "begin"]


def blocks_of_worlds(number: int, trials: int) -> list[Block]:
    worlds = [world_of("quick_start", world) for world in range(number)]
    capacity = program.widest([padded_sizes(world.sizes) for world in worlds])
    return [block for world in worlds for block in blocks_of(world, capacity, 0, [trials])]


def test_worlds_that_come_slowly_gather_until_they_are_worth_a_launch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first goes at once, so that its kernels are compiled; the last when no more come."""
    blocks = blocks_of_worlds(7, 64)
    assert launched(HostCard(), blocks, monkeypatch, 60.0) == [1, 4, 2]


def test_a_world_of_many_trials_is_launched_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = blocks_of_worlds(3, 256)
    assert launched(HostCard(), blocks, monkeypatch, 60.0) == [1, 1, 1]


def test_a_world_does_not_wait_for_others_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = blocks_of_worlds(3, 64)
    assert launched(HostCard(), blocks, monkeypatch, 0.0) == [1, 1, 1]


def test_the_next_tables_are_sent_while_a_launch_runs(schedule: Schedule, capacity: Sizes) -> None:
    """The first launch ends only once the second has been given to the card."""
    second = threading.Event()

    class Slow(HostCard):
        launches = 0

        def launch(self, *what: Any) -> None:
            super().launch(*what)
            self.launches += 1
            if self.launches > len(program.KERNELS):
                second.set()

        def wait(self, stream: str) -> None:
            assert second.wait(60), "the second launch waits for the first"
            super().wait(stream)

    one, other = blocks_of(schedule, capacity, 0, [64, 128])
    with CardFleet([Slow()], SEED) as fleet:
        fleet.submit(one)
        fleet.submit(other)
        assert [block for block, _ in fleet.finished(everything=True)] == [one, other]


def test_worlds_are_spread_over_cards(schedule: Schedule, capacity: Sizes) -> None:
    both = threading.Barrier(2)

    class Met(HostCard):
        met = False

        def wait(self, stream: str) -> None:
            if not self.met:
                self.met = True
                both.wait(60)  # so that neither card does all the work
            super().wait(stream)

    cards = [Met(), Met()]
    blocks = blocks_of(schedule, capacity, 0, [64, 128, 192, 256])
    with CardFleet(cards, SEED) as fleet:
        for block in blocks:
            fleet.submit(block)
        outcomes = [outcome for _, outcome in fleet.finished(everything=True)]
    assert all(asked(card, "launch") for card in cards)
    alone = by_kernels(blocks, SEED)
    assert np.array_equal(sum(o.outcome for o in outcomes), alone.outcome)


def test_a_lost_card_ends_the_run_with_one_line(schedule: Schedule, capacity: Sizes) -> None:
    class Lost(HostCard):
        def wait(self, stream: str) -> None:
            raise CardError(f"GPU 0 (Lost) failed in its {stream}")

    with pytest.raises(CardError, match="GPU 0"):
        by_kernels(blocks_of(schedule, capacity, 0, [64]), SEED, Lost())


def test_a_raid_too_large_for_kernels_is_computed_by_xla_and_said(
    schedule: Schedule,
    capacity: Sizes,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(program, "MOST_SHARED_BYTES", 8)
    blocks = blocks_of(schedule, capacity, 0, [64, 128])
    ours = by_kernels(blocks, SEED)
    assert differences(ours, by_engine(blocks, SEED)) == []
    with CardFleet([HostCard()], SEED) as fleet:
        fleet.submit(blocks[0])
        list(fleet.finished(everything=True))
        assert [other.endswith("(XLA)") for other in fleet.others] == [True]
    said = caplog.text
    assert said.count("too many marks") == 2  # once a fleet
    assert "by XLA's program" in said


def test_a_text_that_nvrtc_refuses_is_computed_by_xla_and_said(
    schedule: Schedule, capacity: Sizes, caplog: pytest.LogCaptureFixture
) -> None:
    class New(HostCard):
        def load(self, text: str, lanes: int, name: str) -> Any:
            raise CompileError(f"NVRTC cannot compile for sm_999: {name}, {lanes}, {len(text)}")

    blocks = blocks_of(schedule, capacity, 0, [64, 128])
    assert differences(by_kernels(blocks, SEED, New()), by_engine(blocks, SEED)) == []
    assert caplog.text.count("NVRTC cannot compile for sm_999") == 1


@pytest.mark.parametrize("first", [2**32 - 100, 2**31 - 100, 0])
def test_trial_numbers_may_pass_32_bits(schedule: Schedule, capacity: Sizes, first: int) -> None:
    block = Block(schedule, capacity, first, 200, (first + 200) % 2**32, capacity.objects + 1)
    fours = blocks_of(schedule, capacity, first, [100, 200])
    assert differences(by_kernels([block], SEED), by_kernels(fours, SEED)) == []
