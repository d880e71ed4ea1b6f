"""Some pieces of worlds on a card in one go: tables sent, four kernels launched, counts fetched."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.engine.epilogue import Outcome
from mcdefense.gpu.program import BY_ARCHITECTURE, KERNELS, Program
from mcdefense.gpu.records import copy_records
from mcdefense.gpu.tables import copy_tables, tables_of
from mcdefense.schedule.schedule import Schedule

_ALIGNMENT = 256
"""Bytes at whose multiples operands begin."""
COUNT_BYTES = 8


@dataclass(frozen=True)
class Piece:
    """Trials first .. first + trials - 1 of one world."""

    schedule: Schedule
    first: int
    trials: int

    @property
    def pairings(self) -> int:
        """Opportunities judged in one trial, those of all architectures."""
        return int(self.schedule.arrays.turns.number.sum())


@dataclass(frozen=True)
class Loaded:
    """A program on a card."""

    program: Program
    kernels: dict[str, Any]


@dataclass(frozen=True)
class Times:
    """Seconds of a launch: to pack its tables on the host, then each kernel on the card."""

    packed: float
    kernels: dict[str, float]


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
        self.card.use()
        if self._stream is None:
            self._stream = self.card.new_stream()
        try:
            return self._run(loaded, pieces)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Give all memory back."""
        for buffer, _ in (*self._memory.values(), *self._pinned.values()):
            self.card.free(buffer, self._stream)
        self._memory.clear()
        self._pinned.clear()

    def _run(self, loaded: Loaded, pieces: list[Piece]) -> tuple[list[Outcome], Times]:
        begin = time.perf_counter()
        program, card, stream = loaded.program, self.card, self._stream
        places, layout, words = program.places, program.layout, program.fields.words
        architectures, worlds = places.features.architectures, len(pieces)
        turns = max(int(p.schedule.arrays.turns.number.max()) for p in pieces) or 1
        blocks = -(-max(p.trials for p in pieces) // program.width)
        sizes = {
            "key": 4 * 2,
            "worlds": 4 * 4 * worlds,
            "tables": 4 * layout.numbers * worlds,
            "records": 4 * architectures * turns * words * worlds,
        }
        offsets, end = {}, 0
        for name, size in sizes.items():
            offsets[name] = end
            end += -(-size // _ALIGNMENT) * _ALIGNMENT
        staged, host = self._host("sent", end)
        # The device's memory is asked for first: where it is short nothing need be packed.
        sent = self._on_card("sent", end)
        by_block = 2 * program.width * blocks * worlds
        rows = {
            "before": places.before.end * by_block,
            "state": places.state_rows * architectures * by_block,
            "left": places.left.end * by_block,
            "sums": COUNT_BYTES * program.sums.numbers * worlds,
        }
        work = {name: self._on_card(name, size) for name, size in rows.items()}

        def part(name: str, *shape: int) -> NDArray[np.int32]:
            begin = offsets[name]
            return host[begin : begin + sizes[name]].view(np.int32).reshape(shape)

        host[:end] = 0
        part("key", 2)[:] = self._key.view(np.int32)
        numbers = part("worlds", worlds, 4).view(np.uint32)
        tables, records = part("tables", worlds, -1), part("records", worlds, architectures, -1)
        for z, piece in enumerate(pieces):
            numbers[z, :3] = (piece.schedule.worlds[0], piece.first % 2**32, piece.trials)
            leaves, own = tables_of(piece.schedule, places.features, places.room)
            if own != layout:
                raise ValueError("a world's tables are laid out otherwise than its program's")
            copy_tables(leaves, tables[z])
            mine = records[z].reshape(architectures, turns, words)
            copy_records(piece.schedule, program.fields, mine)
        packed = time.perf_counter() - begin
        card.copy(sent, staged, end, stream)
        card.clear(work["sums"], rows["sums"], stream)
        operands = [card.address(sent, offsets[name]) for name in sizes]
        operands += [card.address(work[name], 0) for name in rows]
        operands.append(np.int32(turns))
        moments = [card.mark(stream)]
        for name in KERNELS:
            grid = (blocks, architectures if name in BY_ARCHITECTURE else 1, worlds)
            card.launch(loaded.kernels[name], grid, program.lanes, operands, stream)
            moments.append(card.mark(stream))
        fetched, counts = self._host("fetched", rows["sums"])
        card.copy(fetched, work["sums"], rows["sums"], stream)
        card.wait(stream)
        by_world = counts[: rows["sums"]].view(np.int64).reshape(worlds, -1).copy()
        spent = zip(KERNELS, moments[:-1], moments[1:], strict=True)
        times = Times(packed, {name: card.seconds(a, b) for name, a, b in spent})
        return [program.sums.outcome(own) for own in by_world], times

    def _on_card(self, name: str, size: int) -> Any:
        """Memory of the card of at least this size, kept for the next launch."""
        buffer, room = self._memory.get(name, (None, 0))
        if room < size or buffer is None:
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


def bytes_of(program: Program, trials: int) -> int:
    """Memory of the card that so many trials of a world take, without its tables."""
    blocks = -(-trials // program.width)
    return program.places.bytes_of(blocks * program.width)
