"""mcdefense on an NVIDIA GPU: equal bits to the CPU's, and where the time goes.

python bench/gpu.py --json gpu.json   everything, within five minutes
python bench/gpu.py --only rates      one part: compile, rates, worlds, fleet, peer, equal, command
python bench/gpu.py --only equal:small,flank      of a part these cases alone; may be repeated

What is measured is written to the file case by case, so that a cut costs no more than one.

The CPU's counts are those of XLA's program on this machine's cores. G/s are 1e9 pairings a
second: opportunities x trials x architectures of the lists, whatever is left out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from cases import SEED
from gpu_command import command
from gpu_counts import case, differences, in_parts, stated_of, tables_of, total, worlds_of
from gpu_report import Found, measured, short
from machine import about
from peers.cuda_peer import CudaPeer
from peers.orders import problem_of

from mcdefense.contract import Schedule
from mcdefense.engine import devices as engine
from mcdefense.engine.cores import engine_flags
from mcdefense.engine.devices import Block
from mcdefense.gpu.card import Card
from mcdefense.gpu.compiling import compiled, compiler_version, taken_by
from mcdefense.gpu.fleet import CardFleet
from mcdefense.gpu.launching import TRANSFERS, Loaded, Piece, Slot, loaded_on
from mcdefense.gpu.program import KERNELS, WARP, Program, program_of, widest
from mcdefense.schedule.pad import padded_sizes

LAUNCHES = (2, 4, 8)
"""Launches of many worlds that follow each other closely, beside one."""
WORLDS = {"flank": (256, 4_096), "small": (16_384, 64)}
"""Worlds, and trials of each, that go in one launch."""
BATCHES = {
    "small": (1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576),
    "flank": (1_024, 4_096, 16_384, 65_536, 262_144),
    "mass_raid": (4_096, 16_384, 65_536),
}
ALIKE = ("small", "flank", "mass_raid", "layered_table", "coordination", "quick_start")
"""Cases and configurations whose counts are compared with the CPU's."""
ALIKE_TRIALS = {"mass_raid": 512}
"""Trials whose counts are compared with the CPU's, where not 4,096."""


class Bench:
    """A card with the programs that were made for it."""

    def __init__(self, card: Any = None) -> None:
        self.card: Any = card or Card(0)
        self.card.use()
        self.kept: dict[str, Any] = {**about(), "card": self.card.name}
        self.kept["compiler"] = compiler_version()
        self._loaded: dict[tuple[str, int], Loaded] = {}
        self._many: dict[str, tuple[Loaded, list[Piece], float]] = {}

    def program(self, name: str, lanes: int) -> Program:
        schedule = case(name)
        capacity = padded_sizes(schedule.sizes)
        bins = capacity.objects + 1
        return program_of(schedule, schedule.features, capacity, bins=bins, lanes=lanes)

    def loaded(self, name: str, lanes: int = 2 * WARP) -> Loaded:
        """A case's program on the card."""
        if (name, lanes) not in self._loaded:
            program = self.program(name, lanes)
            self._loaded[name, lanes] = loaded_on(self.card, program)
        return self._loaded[name, lanes]

    def compile(self, *names: str) -> Found:
        """Seconds from a schedule to kernels on the card, as a run takes them and by their parts;
        registers and spills."""
        loaded_on(self.card, self.program("quick_start", WARP))  # JAX and NVRTC start
        for name in names or ("small", "flank", "mass_raid"):
            case(name)
            begin = time.perf_counter()
            program = self.program(name, 2 * WARP)
            self._loaded[name, 2 * WARP] = loaded_on(self.card, program)
            done = time.perf_counter()
            again = self.program(name, 2 * WARP)
            parts = {kernel: self.traced_and_compiled(again, kernel) for kernel in KERNELS}
            found: dict[str, Any] = {"compile_s": done - begin}
            for what in parts["begin"]:
                found[what] = {kernel: part[what] for kernel, part in parts.items()}
            found["text_sha256"] = program.digest
            yield name, found

    def traced_and_compiled(self, program: Program, kernel: str) -> dict[str, Any]:
        """Seconds to trace a kernel and to compile it alone, and what it takes of a card."""
        begin = time.perf_counter()
        text = program.text(kernel)
        traced = time.perf_counter()
        cubin, _ = compiled(text, program.lanes, self.card.architecture)
        done = time.perf_counter()
        used = taken_by(cubin)
        return {
            "trace_s": traced - begin,
            "nvrtc_s": done - traced,
            "registers": used.registers,
            "stack_bytes": used.stack_bytes,
            "spilled_bytes": used.spilled_bytes,
        }

    def equal(self, *names: str) -> Found:
        """Names of the counts that differ from the CPU's, by case; blocks of two sizes."""
        for name in names or ALIKE:
            schedule, trials = case(name), ALIKE_TRIALS.get(name, 4_096)
            capacity = padded_sizes(schedule.sizes)
            cut = trials // 3

            def blocks(
                *ends: int, schedule: Schedule = schedule, capacity: Any = capacity
            ) -> list[Block]:
                bins = capacity.objects + 1
                return [
                    Block(schedule, capacity, a, b - a, b, bins)
                    for a, b in zip((0, *ends), ends, strict=False)
                ]

            with engine.Fleet(engine.choose_workers(None), SEED) as cpu:
                theirs = total(cpu, blocks(cut, trials))
            with CardFleet([self.card], SEED) as cards:
                ours = total(cards, blocks(trials))
            with CardFleet([self.card], SEED) as cards:
                again = total(cards, blocks(7, cut, trials))
            differ = differences(ours, theirs) + differences(again, theirs)
            yield name, {"trials": trials, "differ": differ}

    def rate(self, name: str, trials: int, *, lanes: int = 2 * WARP) -> dict[str, Any]:
        """A launch of one world."""
        schedule = case(name)
        pieces = [Piece(schedule, 0, trials)]
        return self.timed(self.loaded(name, lanes), [pieces], stated_of(schedule) * trials)

    def timed(
        self,
        loaded: Loaded,
        launches: Sequence[list[Piece]],
        stated: float,
        *,
        are_wide: bool | None = None,
    ) -> dict[str, Any]:
        """Some launches that follow each other closely, of packed tables: the tables of one are
        sent, and the counts of another fetched, while a third runs. The median of five by the
        clock, from sending the first tables to having the last counts in the host's memory.

        Kernels and transfers are by the card's own clock, summed over the launches, which overlap.
        What the host then does with the counts is apart, as `outcomes_s`.
        """
        slots = [Slot(self.card, SEED) for _ in launches]
        packed = [
            slot.pack(loaded.program, own, are_wide=are_wide)
            for slot, own in zip(slots, launches, strict=True)
        ]
        spent, host, steps = list[float](), list[float](), list[dict[str, float]]()
        for _ in range(6):
            begin = time.perf_counter()
            started = [s.start(loaded, own) for s, own in zip(slots, packed, strict=True)]
            every = [s.wait(own) for s, own in zip(slots, started, strict=True)]
            done = time.perf_counter()
            for slot, own in zip(slots, started, strict=True):
                slot.outcomes(own)
            host.append(time.perf_counter() - done)
            spent.append(done - begin)
            by = [times.kernels | times.transfers for times in every]
            steps.append({name: sum(own[name] for own in by) for name in by[0]})
        for slot in slots:
            slot.release()
        # Of one replay, the middle one, so that its parts are no longer than the whole.
        seconds = statistics.median_low(spent[1:])
        of = steps[1 + spent[1:].index(seconds)]
        return {
            "by_the_clock_g_per_s": stated / seconds / 1e9,
            "list_g_per_s": stated / of["replay"] / 1e9,
            "seconds": seconds,
            "kernels_s": {name: of[name] for name in KERNELS},
            "transfers_s": {name: of[name] for name in TRANSFERS},
            "outcomes_s": statistics.median(host[1:]),
            "packed_s": sum(one.seconds for one in packed),
            "sent_mb": sum(one.bytes for one in packed) / 1e6,
            "fetched_mb": sum(one.rows["sums"] for one in packed) / 1e6,
            "card_mb": sum(sum(one.rows.values()) for one in packed) / 1e6,
            "bits": 64 if packed[0].are_wide else 32,
        }

    def rates(self, *names: str) -> Found:
        """By case and trials in one launch."""
        for name in names or BATCHES:
            yield name, {str(trials): self.rate(name, trials) for trials in BATCHES[name]}

    def worlds(self, *names: str) -> Found:
        """Many worlds in one launch, each with a list of its own; then in some launches, as a run
        launches them; and with counts of 64 bits, as they were before they had 32."""
        for name in names or WORLDS:
            loaded, pieces, stated = self.many(name)
            number, trials = WORLDS[name]
            found: dict[str, Any] = {
                "case": name,
                "tables": len({id(piece.schedule) for piece in pieces}),
            }
            found |= {"in_parts": {}, "of_64_bits": {}}
            every = [(1, False), *((parts, False) for parts in LAUNCHES)]
            for parts, are_wide in (*every, (1, True), (LAUNCHES[1], True)):
                launches = in_parts(pieces, parts)
                one = self.timed(loaded, launches, stated, are_wide=are_wide or None)
                if parts == 1 and not are_wide:
                    found |= one
                else:
                    found["of_64_bits" if are_wide else "in_parts"][str(parts)] = one
                print(f"  {name}, launches: {parts}; {short(one)}", flush=True)
                yield f"{number:,} x {trials:,}", found

    def many(self, name: str) -> tuple[Loaded, list[Piece], float]:
        """Many worlds of a case with a program that serves them all, and their pairings."""
        if name in self._many:
            return self._many[name]
        number, trials = WORLDS[name]
        made = worlds_of(name)
        features = made[0].features
        for other in made:
            features = features.with_rules(other.features) or features
        capacity = widest([padded_sizes(s.sizes) for s in made])
        lanes = WARP if trials <= 2 * WARP else 2 * WARP
        program = program_of(made[0], features, capacity, bins=capacity.objects + 1, lanes=lanes)
        pieces = [Piece(table, 0, trials) for table in tables_of(made, number)]
        stated = float(sum(stated_of(piece.schedule) for piece in pieces)) * trials
        self._many[name] = loaded_on(self.card, program), pieces, stated
        return self._many[name]

    def fleet(self, *names: str) -> Found:
        """The same through what a run uses, from the first list to the last counts: tables are
        packed, launches chosen and worlds' counts made within the time."""
        for name in names or WORLDS:
            loaded, pieces, stated = self.many(name)
            number, trials = WORLDS[name]
            capacity = loaded.program.places.capacity
            blocks = [
                Block(piece.schedule, capacity, 0, trials, trials, capacity.objects + 1)
                for part in in_parts(pieces, LAUNCHES[-1])  # a table goes in few launches
                for piece in part
            ]
            with CardFleet([self.card], SEED) as fleet:
                total(fleet, blocks[:4])  # compiles
                begin, before = time.perf_counter(), fleet.kernel_seconds
                for block in blocks:
                    fleet.submit(block)
                submitted = time.perf_counter() - begin
                done = sum(1 for _ in fleet.finished(everything=True))
                seconds = time.perf_counter() - begin
                assert done == number
            yield (
                f"{number:,} x {trials:,}",
                {
                    "case": name,
                    "seconds": seconds,
                    "submitted_s": submitted,
                    "kernels_s": fleet.kernel_seconds - before,
                    "by_the_clock_g_per_s": stated / seconds / 1e9,
                },
            )

    def peer(self) -> Found:
        """CUDA by hand on `small`: its kernel's time against that of our four, and whether both
        count the same outcomes."""
        schedule, trials = case("small"), 262_144
        problem, found = problem_of(schedule), dict[str, Any]()
        for threads in (64, 128):
            peer = CudaPeer(problem, threads=threads)
            found[str(threads)] = peer.seconds(self.card, trials, SEED)
        seconds = min(found.values())
        slot = Slot(self.card, SEED)
        loaded = self.loaded("small")
        packed = slot.pack(loaded.program, [Piece(schedule, 0, trials)])
        for _ in range(5):
            (ours,), times = slot.finish(slot.start(loaded, packed))
        slot.release()
        objects = schedule.sizes.objects
        alike = np.array_equal(np.asarray(ours.outcome)[:, :objects], peer.outcome)
        yield "trials", trials
        yield "seconds_by_threads", found
        yield "g_per_s", stated_of(schedule) * trials / seconds / 1e9
        yield "ratio", seconds / sum(times.kernels.values())
        yield "outcomes_equal", bool(alike)


def main() -> int:
    """Measure; 1 if any count differs or a part fails, 2 without a GPU."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")  # the kernels need no GPU backend of JAX
    os.environ["XLA_FLAGS"] = engine_flags()  # before JAX starts, for the CPU's counts
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument(
        "--only", action="append", metavar="PART[:CASE,...]", help="this part; may be repeated"
    )
    options = parser.parse_args()
    try:
        bench = Bench()
    except Exception as error:
        parser.error(f"no NVIDIA GPU that cuda-core can use: {error}")
    parts: dict[str, Callable[..., Found]] = {
        "compile": bench.compile,
        "rates": bench.rates,
        "worlds": bench.worlds,
        "fleet": bench.fleet,
        "peer": bench.peer,
        "equal": bench.equal,
        "command": command,
    }
    failed = False
    for asked in options.only or parts:
        part, _, cases = asked.partition(":")
        failed |= not measured(
            bench.kept, part, parts[part](*filter(None, cases.split(","))), options.json
        )
    alike = bench.kept.get("equal", {}).values()
    differ = any(isinstance(c, dict) and c.get("differ") for c in alike)
    return 1 if failed or differ else 0


if __name__ == "__main__":
    sys.exit(main())
