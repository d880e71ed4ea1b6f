"""Blocks on one or several cards: as many worlds a launch as a fifth of a second holds.

Takes and gives what engine/devices.py's fleet does. Blocks wait until together they are worth a
launch and a card has room for it; a launch that finds no memory is halved, and so are those after.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import jax
import numpy as np

from mcdefense.contract import Features, Sizes
from mcdefense.engine import Block, Fleet, Outcome, choose_workers, description
from mcdefense.gpu.card import MemoryShort
from mcdefense.gpu.compiling import CompileError
from mcdefense.gpu.launching import Loaded, Piece, Slot, loaded_on
from mcdefense.gpu.places import bytes_by
from mcdefense.gpu.program import EACH, WARP, Program, Unfit, program_of, widest

LOGGER = logging.getLogger("mcdefense.gpu")

MOST_BYTES = 8 * 2**30
"""Memory of a launch at most; a card has two at a time."""
OF_FREE = 0.4
"""Share of a card's free memory that a launch takes at most."""
SECONDS = 0.2
"""Of a launch: longer ones would keep a display waiting, and a run that is told to stop."""
FIRST_PAIRINGS = 2_000_000_000
"""Of a launch before it is known how many a second the card judges."""
LEAST_PAIRINGS, MOST_PAIRINGS = 10**7, 10**11
"""Of a launch, whatever was measured."""
SMALLEST_BATCH = 8
"""A card whose memory is too small for so few trials has too little for the scenario."""
WORTH_TRIALS = 262_144
"""Trials times architectures that a launch should have. A list's turns come one after the other, so
that few trials leave a card idle: those of `configs/eastern_flank.toml` hold an H100 for 6 ms if
they are 4,096 of one world, and for 20 ms if they are 65,536."""
PATIENCE_S = 2.0
"""That a block waits for others at most, by the time the next one comes."""
MOST_WORLDS = 65_535
"""Third axis of a grid."""


@dataclass
class _Waiting:
    """A block, and the launches that its pieces are in."""

    block: Block
    pieces: int = 0
    parts: list[tuple[Future[list[Outcome]], int]] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return len(self.parts) == self.pieces and all(future.done() for future, _ in self.parts)

    def outcome(self) -> Outcome:
        """Counts of all pieces, waited for."""
        outcomes = [future.result()[number] for future, number in self.parts]
        total = outcomes[0]
        for other in outcomes[1:]:
            total = _sum(total, other)
        return total


@dataclass(frozen=True)
class _Queued:
    piece: Piece
    capacity: Sizes
    waiting: _Waiting
    since: float

    @property
    def pairings(self) -> int:
        """Opportunities judged in all trials."""
        return self.piece.pairings * self.piece.trials

    @property
    def trials(self) -> int:
        """Trials times architectures."""
        return self.piece.trials * self.piece.schedule.features.architectures


class CardFleet:
    """Runs blocks on cards; `submit` waits while every card has one launch running, one ready."""

    def __init__(self, cards: Sequence[Any], seed: int, *, each: int = EACH) -> None:
        self._each = each
        self.slots = [Slot(card, seed) for card in cards for _ in range(2)]
        self.free: queue.SimpleQueue[Slot] = queue.SimpleQueue()
        for slot in self.slots[::2] + self.slots[1::2]:  # a slot of every card, then the others
            self.free.put(slot)
        self._pool = ThreadPoolExecutor(len(self.slots), thread_name_prefix="card")
        self._queued: deque[_Queued] = deque()
        self._pairings, self._trials = 0, 0
        self._has_begun = False
        self._waiting: deque[_Waiting] = deque()
        self._programs: dict[tuple[Features, Sizes, int], Program] = {}
        self._loaded: dict[tuple[Any, ...], Loaded] = {}
        self._making = threading.Lock()
        self.most_bytes = min(MOST_BYTES, *(int(card.free_bytes() * OF_FREE) for card in cards))
        """Memory of a launch at most; less once some was found short."""
        self.most_pairings = float(FIRST_PAIRINGS)
        self.most_loads = 1
        """Points of a study that a block replays side by side: a launch has many blocks anyhow."""
        self._seed = seed
        self.others: list[str] = []
        """Devices that computed in the place of the cards, if any."""
        self.kernel_seconds = 0.0
        """Time that kernels took so far, on all cards together."""

    def submit(self, block: Block) -> None:
        """Queue a block; launch what is full, or what is worth it if a card has capacity for it."""
        waiting = _Waiting(block)
        self._waiting.append(waiting)
        trials = (block.last - block.first) % 2**32 or block.trials
        piece = Piece(block.schedule, block.first, trials)
        self._queue([_Queued(piece, block.capacity, waiting, time.monotonic())])
        while self._is_full():
            self._launch(self.free.get())
        while self._is_worth_a_launch():
            try:
                slot = self.free.get_nowait()
            except queue.Empty:
                break
            self._launch(slot)

    def finished(self, *, everything: bool = False) -> Iterator[tuple[Block, Outcome]]:
        """Blocks done so far, in the order submitted; all of them, waited for, if `everything`."""
        while everything and self._queued:
            self._launch(self.free.get())
        while self._waiting and (everything or self._waiting[0].is_done):
            waiting = self._waiting.popleft()
            yield waiting.block, waiting.outcome()

    @property
    def waiting_work(self) -> tuple[int, int]:
        """Pairings of what is in no launch yet, and its trials times architectures."""
        return self._pairings, self._trials

    def __enter__(self) -> CardFleet:
        return self

    def __exit__(self, *exc: Any) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        for slot in self.slots:
            slot.release()

    def _queue(self, queued: list[_Queued]) -> None:
        for one in queued:
            one.waiting.pieces += 1
            self._pairings += one.pairings
            self._trials += one.trials
        self._queued.extend(queued)

    def _first(self) -> _Queued:
        """What has been queued for longest, which is then no longer queued."""
        first = self._queued.popleft()
        self._pairings -= first.pairings
        self._trials -= first.trials
        return first

    def _is_full(self) -> bool:
        """Whether what is queued is more than a launch takes."""
        return self._pairings > self.most_pairings

    def _is_worth_a_launch(self) -> bool:
        """Whether what is queued fills a card, or has waited for that long enough. The very first
        block is: its kernels are compiled while others are on their way."""
        if not self._queued:
            return False
        waited = time.monotonic() - self._queued[0].since
        return not self._has_begun or self._trials >= WORTH_TRIALS or waited >= PATIENCE_S

    def _launch(self, slot: Slot) -> None:
        """Launch the first of what is queued."""
        self._has_begun = True
        taken = self._take()
        future = self._pool.submit(self._run_on, slot, taken)
        for number, queued in enumerate(taken):
            queued.waiting.parts.append((future, number))

    def _take(self) -> list[_Queued]:
        """Pieces for one launch, of programs that can be one; a long piece is cut."""
        taken: list[_Queued] = []
        pairings, size = 0.0, 0
        features: Features | None = None
        capacity: Sizes | None = None
        while self._queued and len(taken) < MOST_WORLDS:
            queued = self._queued[0]
            own = queued.piece.schedule.features
            features = own if features is None else features.with_rules(own)
            if features is None:
                break
            capacity = queued.capacity if capacity is None else widest([capacity, queued.capacity])
            trials = queued.piece.trials
            by_trial = max(queued.piece.pairings, 1)
            more = _bytes(features, capacity, trials)
            if taken:
                too_many = pairings + by_trial * trials > self.most_pairings
                if too_many or size + more > self.most_bytes:
                    break
            else:
                fit = min(
                    self.most_pairings / by_trial,
                    trials * self.most_bytes / max(more, 1),
                )
                if fit < trials:
                    self._cut(max(int(fit), SMALLEST_BATCH))
                    queued = self._queued[0]
            taken.append(self._first())
            pairings += by_trial * queued.piece.trials
            size += _bytes(features, capacity, queued.piece.trials)
        return taken

    def _cut(self, most: int) -> None:
        """Cut the first of what is queued into pieces of so many trials at most."""
        queued = self._first()
        queued.waiting.pieces -= 1
        piece, width = queued.piece, 2 * WARP
        most = most // width * width or most
        pieces = [
            replace(
                piece, first=(piece.first + done) % 2**32, trials=min(most, piece.trials - done)
            )
            for done in range(0, piece.trials, most)
        ]
        later, self._queued = self._queued, deque()
        self._queue([replace(queued, piece=piece) for piece in pieces])
        self._queued.extend(later)

    def _run_on(self, slot: Slot, taken: list[_Queued]) -> list[Outcome]:
        try:
            return self._run(slot, taken)
        except (Unfit, CompileError) as reason:
            return self._by_engine(taken, reason)
        finally:
            self.free.put(slot)

    def _by_engine(self, taken: list[_Queued], reason: Exception) -> list[Outcome]:
        """The counts of XLA's program, for what no kernel holds or NVRTC refuses."""
        workers = choose_workers(None)
        with self._making:
            if not self.others:
                self.others.append(f"{description(workers)} (XLA)")
                LOGGER.warning(f"{reason}: {description(workers)} computes it, by XLA's program")
        with Fleet(workers, self._seed) as fleet:
            for queued in taken:
                piece, capacity = queued.piece, queued.capacity
                last = piece.first + piece.trials
                fleet.submit(
                    Block(
                        piece.schedule,
                        capacity,
                        piece.first,
                        piece.trials,
                        last,
                        capacity.objects + 1,
                    )
                )
            return [outcome for _, outcome in fleet.finished(everything=True)]

    def _run(self, slot: Slot, taken: list[_Queued]) -> list[Outcome]:
        """The counts of each piece; in halves where the card's memory is too small for them."""
        try:
            loaded = self._program(slot.card, taken)
            outcomes, times = slot.run(loaded, [queued.piece for queued in taken])
        except MemoryShort as error:
            if len(taken) == 1 and taken[0].piece.trials <= SMALLEST_BATCH:
                raise MemoryError from error
            self.most_bytes = max(self.most_bytes // 2, 1)
        else:
            seconds = sum(times.kernels.values())
            pairings = sum(q.piece.pairings * q.piece.trials for q in taken)
            if seconds > 0 and pairings > LEAST_PAIRINGS:
                rate = pairings / seconds * SECONDS
                self.most_pairings = min(max(rate, LEAST_PAIRINGS), MOST_PAIRINGS)
            self.kernel_seconds += seconds
            return outcomes
        if len(taken) > 1:
            half = len(taken) // 2
            return self._run(slot, taken[:half]) + self._run(slot, taken[half:])
        (queued,) = taken
        first = queued.piece.trials // 2
        second = replace(
            queued.piece,
            first=(queued.piece.first + first) % 2**32,
            trials=queued.piece.trials - first,
        )
        halves = (replace(queued.piece, trials=first), second)
        one, other = (self._run(slot, [replace(queued, piece=half)]) for half in halves)
        return [_sum(one[0], other[0])]

    def _program(self, card: Any, taken: list[_Queued]) -> Loaded:
        """A program that serves all of them: one at hand, else a new one."""
        features: Features | None = taken[0].piece.schedule.features
        for queued in taken[1:]:
            assert features is not None
            features = features.with_rules(queued.piece.schedule.features)
        assert features is not None
        capacity = widest([queued.capacity for queued in taken])
        lanes = WARP if max(q.piece.trials for q in taken) <= 2 * WARP else 2 * WARP
        with self._making:  # two threads would both make what they both lack
            program = self._at_hand(features, capacity, lanes)
            if program is None:
                schedule = taken[0].piece.schedule
                bins = capacity.objects + 1
                program = program_of(
                    schedule, features, capacity, bins=bins, lanes=lanes, each=self._each
                )
                self._programs[features, capacity, lanes] = program
            key = program.places, lanes, id(card)
            if key not in self._loaded:
                self._loaded[key] = loaded_on(card, program)
            return self._loaded[key]

    def _at_hand(self, features: Features, capacity: Sizes, lanes: int) -> Program | None:
        """The narrowest program so far for schedules with these features in this capacity."""
        found = [
            program
            for (has, wide, threads), program in self._programs.items()
            if threads == lanes
            and has.with_rules(features) == has
            and widest([wide, capacity]) == wide
        ]
        return min(found, key=lambda p: p.places.bytes_of(1), default=None)


def _bytes(features: Features, capacity: Sizes, trials: int) -> int:
    """Memory of a card that so many trials of a world take, its tables and counts included."""
    by_trial, by_world = bytes_by(features, capacity)
    return by_trial * (-(-trials // (4 * WARP)) * 4 * WARP) + by_world


def _sum(one: Outcome, other: Outcome) -> Outcome:
    total: Outcome = jax.tree.map(partial(np.add, dtype=np.int64), one, other)
    return total
