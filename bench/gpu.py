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
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from cases import CASES, CONFIGS, SEED, prepare
from machine import about
from peers.cuda_peer import CudaPeer
from peers.orders import problem_of

from mcdefense.contract import Schedule
from mcdefense.engine import devices as engine
from mcdefense.engine.cores import one_loop_flags
from mcdefense.engine.devices import Block
from mcdefense.engine.epilogue import Outcome
from mcdefense.gpu.card import Card
from mcdefense.gpu.compiling import compiled, compiler_version, taken_by
from mcdefense.gpu.fleet import CardFleet
from mcdefense.gpu.launching import TRANSFERS, Loaded, Piece, Slot, loaded_on
from mcdefense.gpu.program import KERNELS, WARP, Program, joined, program_of, widest
from mcdefense.scenario import load
from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import padded_sizes

PARTS_OF_TRIALS = ("live_squared", "leakers_live", "leakers_squared", "leakers_product")
"""Counts whose last axis is parts of the trials."""
DISTINCT = 64
"""Worlds that are built; more are these again."""
MOST_TABLES = 1_024
"""Worlds with tables of their own at most; 0.8 GB of `small` are then sent."""
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
MUST = {"small": 120.0, "flank": 60.0, "mass_raid": 35.0, "256 x 4,096": 60.0, "16,384 x 64": 100.0}
"""G/s that the best batch must reach on an H100 by the clock."""


@cache
def case(name: str) -> Schedule:
    """The first world of a case, or of a configuration."""
    if name in CASES:
        return prepare(name, 1).schedules[0]
    builder = Builder(load(CONFIGS / f"{name}.toml"))
    return builder.schedule(builder.world(SEED, 0))


def built(work: tuple[str, list[int]]) -> list[Schedule]:
    """Some worlds of a case, in a process of their own."""
    name, numbers = work
    builder = Builder(load(CASES[name].scenario))
    return [builder.schedule(builder.world(SEED, number)) for number in numbers]


def worlds_of(name: str) -> list[Schedule]:
    """DISTINCT worlds of a case, built on all cores."""
    cores = max(len(os.sched_getaffinity(0)), 1)
    shares = [(name, list(range(i, DISTINCT, cores))) for i in range(min(cores, DISTINCT))]
    with ProcessPoolExecutor(len(shares), mp_context=get_context("spawn")) as pool:
        made = list(pool.map(built, shares))
    return [made[n % len(shares)][n // len(shares)] for n in range(DISTINCT)]


Found = Iterator[tuple[str, Any]]
"""What a part finds, one after the other."""


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
        room = padded_sizes(schedule.sizes)
        bins = room.objects + 1
        return program_of(schedule, schedule.features, room, bins=bins, lanes=lanes)

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
            room = padded_sizes(schedule.sizes)
            cut = trials // 3

            def blocks(*ends: int, schedule: Schedule = schedule, room: Any = room) -> list[Block]:
                bins = room.objects + 1
                return [
                    Block(schedule, room, a, b - a, b, bins)
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
        seconds = statistics.median(spent[1:])
        of = {name: statistics.median(own[name] for own in steps[1:]) for name in steps[0]}
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
            found: dict[str, Any] = {"case": name, "tables": min(len(pieces), MOST_TABLES)}
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
            features = joined(features, other.features) or features
        room = widest([padded_sizes(s.sizes) for s in made])
        lanes = WARP if trials <= 2 * WARP else 2 * WARP
        program = program_of(made[0], features, room, bins=room.objects + 1, lanes=lanes)
        # Copies have tables of their own, so that caches hold no more than of other worlds.
        tables = [replace(made[i % DISTINCT]) for i in range(min(number, MOST_TABLES))]
        pieces = [Piece(tables[i % len(tables)], 0, trials) for i in range(number)]
        stated = float(sum(stated_of(piece.schedule) for piece in pieces)) * trials
        self._many[name] = loaded_on(self.card, program), pieces, stated
        return self._many[name]

    def fleet(self, *names: str) -> Found:
        """The same through what a run uses, from the first list to the last counts: tables are
        packed, launches chosen and worlds' counts made within the time."""
        for name in names or WORLDS:
            loaded, pieces, stated = self.many(name)
            number, trials = WORLDS[name]
            room = loaded.program.places.room
            blocks = [
                Block(piece.schedule, room, 0, trials, trials, room.objects + 1)
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

    def command(self) -> Found:
        """The whole command on the flank: seconds, and of them those in kernels."""
        from mcdefense.store import read

        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "flank.h5"
            command = [sys.executable, "-m", "mcdefense", "run"]
            command += [str(CONFIGS / "eastern_flank.toml"), "-o", str(file), "--quiet"]
            environment = {k: v for k, v in os.environ.items() if k != "JAX_PLATFORMS"}
            begin = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, env=environment)
            seconds = time.perf_counter() - begin
            if done.returncode:
                yield "failed", done.stderr[-2000:]
                return
            known = read(file).provenance
        yield from {"seconds": seconds, "device": known["device"], "said": done.stderr}.items()
        yield from ((k, v) for k, v in known.items() if str(k).startswith("seconds_"))


def stated_of(schedule: Schedule) -> int:
    """Pairings of one trial."""
    return schedule.sizes.opportunities * schedule.features.architectures


def in_parts(pieces: list[Piece], parts: int) -> list[list[Piece]]:
    """Pieces of worlds for some launches. Each table goes in one of the launches, as a world does
    in a run."""
    tables = min(len(pieces), MOST_TABLES)
    return [
        [piece for z, piece in enumerate(pieces) if z % tables * parts // tables == part]
        for part in range(parts)
    ]


def total(fleet: Any, blocks: list[Block]) -> Outcome:
    """The counts of all blocks together."""
    sums: list[Any] | None = None
    for block in blocks:
        fleet.submit(block)
    for _, outcome in fleet.finished(everything=True):
        own = [np.asarray(x, np.int64) for x in outcome]
        sums = own if sums is None else [a + fitted(b, a) for a, b in zip(sums, own, strict=True)]
    assert sums is not None
    return Outcome(*sums)


def fitted(values: Any, like: Any) -> Any:
    """Counts whose last axis may be parts of trials or bins, with as many of them as `like`."""
    if values.shape == like.shape:
        return values
    if values.shape[-1] < like.shape[-1]:
        more = like.shape[-1] - values.shape[-1]
        return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, more)])
    return np.concatenate(
        [values[..., : like.shape[-1] - 1], values[..., like.shape[-1] - 1 :].sum(-1)[..., None]],
        axis=-1,
    )


def differences(one: Outcome, other: Outcome) -> list[str]:
    """Names of the counts that differ."""
    found = []
    for name in Outcome._fields:
        ours, theirs = getattr(one, name), getattr(other, name)
        if name in PARTS_OF_TRIALS:
            ours, theirs = ours.sum(-1), theirs.sum(-1)
        if not np.array_equal(ours, theirs):
            found.append(name)
    return found


def short(value: Any) -> str:
    """A value as a short line: numbers with four digits."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {short(own)}" for key, own in value.items()) + "}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def measured(kept: dict[str, Any], part: str, coming: Found, file: Path | None) -> bool:
    """Whether a part goes through; what it finds is printed and written as it comes."""
    begin, found = time.perf_counter(), kept.setdefault(part, {})
    try:
        for name, value in coming:
            seconds = time.perf_counter() - begin
            said = "and more" if found.get(name) is value else short(value)
            found[name] = value
            print(f"{part} {name} ({seconds:.0f} s): {said}", flush=True)
            write(kept, file)
    except Exception as error:
        found["failed"] = "".join(traceback.format_exception(error))[-3000:]
        print(f"{part} failed: {found['failed']}", flush=True)
        write(kept, file)
    print(f"{part}: {time.perf_counter() - begin:.1f} s", flush=True)
    return "failed" not in found


def write(kept: dict[str, Any], file: Path | None) -> None:
    """The figures so far into the file, if there is one."""
    if file:
        file.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Measure; 1 if any count differs or a part fails, 2 without a GPU."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")  # the kernels need no GPU backend of JAX
    os.environ["XLA_FLAGS"] = one_loop_flags()  # before JAX starts, for the CPU's counts
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
        "command": bench.command,
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
