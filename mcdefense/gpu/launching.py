"""Some pieces of worlds on a card in one go: tables sent, four kernels launched, counts fetched."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Schedule
from mcdefense.engine import Outcome
from mcdefense.gpu.places import COUNT_BYTES
from mcdefense.gpu.program import BY_ARCHITECTURE, BY_LENGTH, KERNELS, Program
from mcdefense.gpu.records import copy_records

_ALIGNMENT = 256
"""Bytes at whose multiples operands begin."""


@dataclass(frozen=True)
class Piece:
    """Trials first .. first + trials - 1 of one world."""

    schedule: Schedule
    first: int
    trials: int

    @cached_property
    def pairings(self) -> int:
        """Opportunities judged in one trial, those of all architectures."""
        return int(self.schedule.arrays.turns.number.sum())


@dataclass(frozen=True)
class Loaded:
    """A program on a card."""

    program: Program
    kernels: dict[str, Any]


def loaded_on(card: Any, program: Program) -> Loaded:
    """A program on a card. While one kernel is compiled the next is traced; the longest is first,
    since it decides when all are done."""
    with ThreadPoolExecutor(len(KERNELS), thread_name_prefix="compiler") as pool:
        coming = {
            name: pool.submit(card.load, program.text(name), program.lanes, name)
            for name in BY_LENGTH
        }
        return Loaded(program, {name: coming[name].result() for name in KERNELS})


TRANSFERS = ("send", "clear", "fetch")
"""What a card does beside its kernels: tables to it, zeros into its counts, counts from it."""


@dataclass(frozen=True)
class Times:
    """Seconds of a launch: to pack its tables on the host, from sending them to having the counts
    by the clock, and on the card of each kernel and of each of TRANSFERS."""

    packed: float
    on_card: float
    kernels: dict[str, float]
    transfers: dict[str, float]


@dataclass
class Packed:
    """The operands of a launch: how large each is and, of what is sent, where it begins."""

    worlds: int  # pieces of worlds
    distinct: int  # worlds, which have tables
    blocks: int
    turns: int  # of the longest list
    sizes: dict[str, int]
    offsets: dict[str, int]
    bytes: int  # of all that is sent
    are_wide: bool  # counts have 64 bits, not 32
    rows: dict[str, int]  # bytes of what stays on the card, and of the counts
    seconds: float = 0.0

    @classmethod
    def of(cls, program: Program, pieces: list[Piece], *, are_wide: bool | None = None) -> Packed:
        """For these pieces. Counts are wide where 32 bits might not hold them, or if asked."""
        places, words, worlds = program.places, program.fields.words, len(pieces)
        distinct = len({id(piece.schedule) for piece in pieces})
        architectures = places.features.architectures
        turns = max(int(p.schedule.arrays.turns.number.max()) for p in pieces) or 1
        most = max(p.trials for p in pieces)
        blocks = -(-most // program.width)
        if are_wide is None:
            are_wide = not program.sums.fit_32_bits(most)
        sizes = {
            "key": 4 * 2,
            "worlds": 4 * 4 * worlds,
            "tables": 4 * program.layout.numbers * distinct,
            "records": 4 * architectures * turns * words * distinct,
        }
        offsets, end = {}, 0
        for name, size in sizes.items():
            offsets[name] = end
            end += -(-size // _ALIGNMENT) * _ALIGNMENT
        by_row = 2 * program.width * blocks * worlds
        rows = {
            "before": places.before.end * by_row,
            "state": places.state_rows * architectures * by_row,
            "left": places.left.end * by_row,
            "sums": COUNT_BYTES[are_wide] * program.sums.numbers * worlds,
        }
        return cls(worlds, distinct, blocks, turns, sizes, offsets, end, are_wide, rows)

    def write(
        self, program: Program, pieces: list[Piece], key: Any, host: NDArray[np.uint8]
    ) -> None:
        """Write all that is sent."""

        def part(name: str, *shape: int) -> NDArray[np.int32]:
            begin = self.offsets[name]
            return host[begin : begin + self.sizes[name]].view(np.int32).reshape(shape)

        places, words = program.places, program.fields.words
        architectures = places.features.architectures
        host[: self.bytes] = 0
        part("key", 2)[:] = key.view(np.int32)
        numbers = part("worlds", self.worlds, 4).view(np.uint32)
        tables = part("tables", self.distinct, program.layout.numbers)
        records = part("records", self.distinct, architectures, self.turns, words)
        known: dict[int, int] = {}
        for z, piece in enumerate(pieces):
            schedule = piece.schedule
            is_new, table = id(schedule) not in known, known.get(id(schedule), len(known))
            known[id(schedule)] = table
            numbers[z] = (schedule.worlds[0], piece.first % 2**32, piece.trials, table)
            if not is_new:
                continue
            program.layout.copy(schedule, places.features, tables[table])
            copy_records(schedule, program.fields, records[table])


@dataclass(frozen=True)
class Started:
    """A launch that a card has been given: when, and the moments between the card's steps."""

    program: Program
    packed: Packed
    begin: float
    moments: list[Any]


class Slot:
    """One launch at a time on a card, with memory of its own; a card has two, so that the tables
    of the next launch are packed and sent while one runs."""

    def __init__(self, card: Any, seed: int) -> None:
        self.card = card
        self._key = np.array([seed & 0xFFFFFFFF, seed >> 32], np.uint32)
        self._stream: Any = None
        self._memory: dict[str, tuple[Any, int]] = {}
        self._pinned: dict[str, tuple[Any, NDArray[np.uint8]]] = {}

    def run(self, loaded: Loaded, pieces: list[Piece]) -> tuple[list[Outcome], Times]:
        """The counts of each piece; raises MemoryShort, and then keeps no memory."""
        try:
            packed = self.pack(loaded.program, pieces)
            return self.finish(self.start(loaded, packed))
        except BaseException:
            self.release()
            raise

    def pack(
        self, program: Program, pieces: list[Piece], *, are_wide: bool | None = None
    ) -> Packed:
        """The tables of some pieces, in pinned memory ready to be sent."""
        begin = time.perf_counter()
        self.card.use()
        if self._stream is None:
            self._stream = self.card.new_stream()
        packed = Packed.of(program, pieces, are_wide=are_wide)
        # The card's memory is asked for first: where it is short nothing need be packed.
        for name, size in packed.rows.items():
            self._on_card(name, size)
        self._on_card("sent", packed.bytes)
        self._host("fetched", packed.rows["sums"])
        _, host = self._host("sent", packed.bytes)
        packed.write(program, pieces, self._key, host)
        packed.seconds = time.perf_counter() - begin
        return packed

    def start(self, loaded: Loaded, packed: Packed) -> Started:
        """Send what was packed last and run the kernels, without waiting for any of it."""
        begin = time.perf_counter()
        program, card, stream = loaded.program, self.card, self._stream
        (sent, _), (staged, _) = self._memory["sent"], self._pinned["sent"]
        size = packed.rows["sums"]
        sums, _ = self._memory["sums"]
        moments = [card.mark(stream)]
        card.copy(sent, staged, packed.bytes, stream)
        moments.append(card.mark(stream))
        card.clear(sums, size, stream)
        moments.append(card.mark(stream))
        operands = [card.address(sent, offset) for offset in packed.offsets.values()]
        operands += [card.address(self._memory[name][0], 0) for name in packed.rows]
        operands += [np.int32(packed.turns), np.int32(packed.are_wide)]
        for name in KERNELS:
            architectures = program.places.features.architectures
            grid = (packed.blocks, architectures if name in BY_ARCHITECTURE else 1, packed.worlds)
            card.launch(loaded.kernels[name], grid, program.lanes, operands, stream)
            moments.append(card.mark(stream))
        card.copy(self._pinned["fetched"][0], sums, size, stream)
        moments.append(card.mark(stream))
        return Started(program, packed, begin, moments)

    def finish(self, started: Started) -> tuple[list[Outcome], Times]:
        """The counts of what was started last, waited for."""
        times = self.wait(started)
        return self.outcomes(started), times

    def wait(self, started: Started) -> Times:
        """Until the counts of what was started last are in the host's memory."""
        self.card.wait(self._stream)
        done = time.perf_counter()
        send, clear, fetch = TRANSFERS
        steps = (send, clear, *KERNELS, fetch)
        moments = zip(steps, started.moments[:-1], started.moments[1:], strict=True)
        spent = {name: self.card.seconds(a, b) for name, a, b in moments}
        return Times(
            started.packed.seconds,
            done - started.begin,
            {name: spent[name] for name in KERNELS},
            {name: spent[name] for name in TRANSFERS},
        )

    def outcomes(self, started: Started) -> list[Outcome]:
        """The counts of what was waited for last, copied out of the memory that the next launch
        takes."""
        packed, sums = started.packed, started.program.sums
        kind = np.int64 if packed.are_wide else np.uint32
        counts = self._pinned["fetched"][1][: packed.rows["sums"]].view(kind)
        return sums.outcomes(counts.reshape(packed.worlds, -1))

    def release(self) -> None:
        """Give all memory back."""
        for buffer, _ in (*self._memory.values(), *self._pinned.values()):
            self.card.free(buffer, self._stream)
        self._memory.clear()
        self._pinned.clear()

    def _on_card(self, name: str, size: int) -> Any:
        """Memory of the card of at least this size, kept for the next launch."""
        buffer, length = self._memory.get(name, (None, 0))
        if length < size or buffer is None:
            if buffer is not None:
                self.card.free(buffer, self._stream)
                del self._memory[name]
            buffer = self.card.memory(max(size, _ALIGNMENT), self._stream)
            self._memory[name] = buffer, max(size, _ALIGNMENT)
        return buffer

    def _host(self, name: str, size: int) -> tuple[Any, NDArray[np.uint8]]:
        """Pinned memory of at least this size, kept for the next launch."""
        if name not in self._pinned or self._pinned[name][1].size < size:
            if name in self._pinned:
                self.card.free(self._pinned.pop(name)[0], self._stream)
            self._pinned[name] = self.card.pinned(max(size, _ALIGNMENT))
        return self._pinned[name]
