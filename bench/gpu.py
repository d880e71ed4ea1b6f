"""mcdefense on an NVIDIA GPU: equal bits to the CPU's, and where the time goes.

python bench/gpu.py --json gpu.json     everything, within five minutes
python bench/gpu.py --only rates        one part: compile, equal, rates, worlds, peer or command
python bench/gpu.py --only worlds --case small      many worlds of this case alone

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
from collections.abc import Callable
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
from mcdefense.engine.cores import engine_flags
from mcdefense.engine.devices import Block
from mcdefense.engine.epilogue import Outcome
from mcdefense.gpu.card import Card
from mcdefense.gpu.compiling import compiled, compiler_version, taken_by
from mcdefense.gpu.fleet import CardFleet, joined, widest
from mcdefense.gpu.launching import Loaded, Piece, Slot, Times, loaded_on
from mcdefense.gpu.program import KERNELS, WARP, Program, program_of
from mcdefense.scenario import load
from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import padded_sizes

PARTS_OF_TRIALS = ("live_squared", "leakers_live", "leakers_squared", "leakers_product")
"""Counts whose last axis is parts of the trials."""
DISTINCT = 64
"""Worlds that are built; more are these again."""
MOST_TABLES = 1_024
"""Worlds with tables of their own at most; 0.8 GB of `small` are then sent."""
PARTS = (4, 8)
"""Launches of many worlds that follow each other closely."""
WORLDS = {"flank": (256, 4_096), "small": (16_384, 64)}
"""Worlds, and trials of each, that go in one launch."""
BATCHES = {
    "small": (1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576),
    "flank": (1_024, 4_096, 16_384, 65_536, 262_144),
    "mass_raid": (4_096, 16_384, 65_536),
}
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


class Bench:
    """A card with the programs that were made for it."""

    def __init__(self, card: Any = None) -> None:
        self.card: Any = card or Card(0)
        self.card.use()
        self.kept: dict[str, Any] = {**about(), "card": self.card.name}
        self.kept["compiler"] = compiler_version()
        self.of_many = tuple(WORLDS)
        self._loaded: dict[tuple[str, int], Loaded] = {}

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

    def compile(self) -> dict[str, Any]:
        """Seconds from a schedule to kernels on the card, as a run takes them and by their parts;
        registers and spills."""
        found: dict[str, Any] = {}
        loaded_on(self.card, self.program("quick_start", WARP))  # JAX and NVRTC start
        for name in ("small", "flank", "mass_raid"):
            case(name)
            begin = time.perf_counter()
            program = self.program(name, 2 * WARP)
            self._loaded[name, 2 * WARP] = loaded_on(self.card, program)
            done = time.perf_counter()
            again = self.program(name, 2 * WARP)
            parts = {kernel: self.traced_and_compiled(again, kernel) for kernel in KERNELS}
            found[name] = {"compile_s": done - begin}
            for what in parts["begin"]:
                found[name][what] = {kernel: part[what] for kernel, part in parts.items()}
            found[name]["text_sha256"] = program.digest
        return found

    def traced_and_compiled(self, program: Program, kernel: str) -> dict[str, Any]:
        """Seconds to trace a kernel and to compile it alone, and what it takes of a card. What it
        spills only the assembler's report says, which not every NVRTC gives; else it is null."""
        begin = time.perf_counter()
        text = program.text(kernel)
        traced = time.perf_counter()
        cubin, used = compiled(text, program.lanes, self.card.architecture)
        done = time.perf_counter()
        registers, stack_bytes = taken_by(cubin)
        return {
            "trace_s": traced - begin,
            "nvrtc_s": done - traced,
            "registers": registers,
            "stack_bytes": stack_bytes,
            "spilled_bytes": used[kernel].spilled_bytes if kernel in used else None,
        }

    def equal(self) -> dict[str, Any]:
        """Names of the counts that differ from the CPU's, by case; blocks of two sizes."""
        found = {}
        others = ("layered_table", "coordination", "quick_start")
        for name in ("small", "flank", "mass_raid", *others):
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
            found[name] = {
                "trials": trials,
                "differ": differences(ours, theirs) + differences(again, theirs),
            }
        return found

    def rate(self, name: str, trials: int, *, lanes: int = 2 * WARP) -> dict[str, Any]:
        """The best of some launches of one world."""
        schedule = case(name)
        pieces = [Piece(schedule, 0, trials)]
        return self.timed(self.loaded(name, lanes), pieces, stated_of(schedule) * trials)

    def timed(self, loaded: Loaded, pieces: list[Piece], stated: float) -> dict[str, Any]:
        """The median of five launches, of which the first is left out."""
        slot = Slot(self.card, SEED)
        packed = slot.pack(loaded.program, pieces)
        every: list[Times] = [slot.finish(slot.start(loaded, packed))[1] for _ in range(6)][1:]
        slot.release()
        seconds = statistics.median(t.on_card for t in every)
        kernels = {k: statistics.median(t.kernels[k] for t in every) for k in KERNELS}
        return {
            "by_the_clock_g_per_s": stated / seconds / 1e9,
            "list_g_per_s": stated / kernels["replay"] / 1e9,
            "seconds": seconds,
            "kernels_s": kernels,
            "packed_s": packed.seconds,
            "sent_mb": packed.bytes / 1e6,
            "card_mb": sum(packed.rows.values()) / 1e6,
        }

    def rates(self) -> dict[str, Any]:
        """By case and trials in one launch."""
        return {
            name: {str(trials): self.rate(name, trials) for trials in batches}
            for name, batches in BATCHES.items()
        }

    def worlds(self) -> dict[str, Any]:
        """Many worlds in one launch, each with a list of its own; then as a run launches them."""
        found = {}
        for name in self.of_many:
            number, trials = WORLDS[name]
            made = worlds_of(name)
            features = made[0].features
            for other in made:
                features = joined(features, other.features) or features
            room = widest([padded_sizes(s.sizes) for s in made])
            lanes = WARP if trials <= 2 * WARP else 2 * WARP
            program = program_of(made[0], features, room, bins=room.objects + 1, lanes=lanes)
            loaded = loaded_on(self.card, program)
            # Copies have tables of their own, so that caches hold no more than of other worlds.
            tables = [replace(made[i % DISTINCT]) for i in range(min(number, MOST_TABLES))]
            schedules = [tables[i % len(tables)] for i in range(number)]
            stated = float(sum(stated_of(s) for s in schedules)) * trials
            pieces = [Piece(s, 0, trials) for s in schedules]
            key = f"{number:,} x {trials:,}"
            found[key] = {"case": name, "tables": len(tables)}
            found[key] |= self.timed(loaded, pieces, stated)
            found[key]["in_parts"] = {
                str(parts): self.in_parts(loaded, pieces, stated, parts) for parts in PARTS
            }
            if name == "flank":
                with CardFleet([self.card], SEED) as fleet:
                    blocks = [
                        Block(s, room, 0, trials, trials, room.objects + 1) for s in schedules
                    ]
                    total(fleet, blocks[:4])  # compiles
                    begin, before = time.perf_counter(), fleet.kernel_seconds
                    total(fleet, blocks)
                    found[key]["as_a_run_s"] = time.perf_counter() - begin
                    found[key]["as_a_run_kernels_s"] = fleet.kernel_seconds - before
        return found

    def in_parts(
        self, loaded: Loaded, pieces: list[Piece], stated: float, parts: int
    ) -> dict[str, Any]:
        """The same in some launches, as a run makes them: the tables of one are sent, and the
        counts of another fetched, while a third runs. Each table goes in one of the launches, as
        a world does in a run. The median of five, of packed tables."""
        slots = [Slot(self.card, SEED) for _ in range(parts)]
        tables = min(len(pieces), MOST_TABLES)
        every = [
            [piece for z, piece in enumerate(pieces) if z % tables * parts // tables == part]
            for part in range(parts)
        ]
        packed = [s.pack(loaded.program, own) for s, own in zip(slots, every, strict=True)]
        spent = []
        for _ in range(6):
            begin = time.perf_counter()
            started = [s.start(loaded, own) for s, own in zip(slots, packed, strict=True)]
            for slot, one in zip(slots, started, strict=True):
                slot.finish(one)
            spent.append(time.perf_counter() - begin)
        for slot in slots:
            slot.release()
        seconds = statistics.median(spent[1:])
        return {
            "by_the_clock_g_per_s": stated / seconds / 1e9,
            "seconds": seconds,
            "packed_s": sum(one.seconds for one in packed),
            "sent_mb": sum(one.bytes for one in packed) / 1e6,
        }

    def peer(self) -> dict[str, Any]:
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
        return {
            "trials": trials,
            "seconds_by_threads": found,
            "g_per_s": stated_of(schedule) * trials / seconds / 1e9,
            "ratio": seconds / sum(times.kernels.values()),
            "outcomes_equal": bool(alike),
        }

    def command(self) -> dict[str, Any]:
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
                return {"failed": done.stderr[-2000:]}
            known = read(file).provenance
        phases = {k: v for k, v in known.items() if str(k).startswith("seconds_")}
        return {"seconds": seconds, "device": known["device"], "said": done.stderr, **phases}


def stated_of(schedule: Schedule) -> int:
    """Pairings of one trial."""
    return schedule.sizes.opportunities * schedule.features.architectures


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


def report(part: str, found: dict[str, Any]) -> str:
    """A part as lines."""
    return "\n".join(f"{part} {name}: {json.dumps(value)}" for name, value in found.items())


def main() -> int:
    """Measure; 1 if any count differs or a part fails, 2 without a GPU."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")  # the kernels need no GPU backend of JAX
    os.environ["XLA_FLAGS"] = engine_flags()  # before JAX starts, for the CPU's counts
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument(
        "--only", action="append", metavar="PART", help="this part; may be repeated"
    )
    parser.add_argument(
        "--case", action="append", choices=WORLDS, help="of many worlds, this case; may be repeated"
    )
    options = parser.parse_args()
    try:
        bench = Bench()
        bench.of_many = tuple(options.case or WORLDS)
    except Exception as error:
        parser.error(f"no NVIDIA GPU that cuda-core can use: {error}")
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "compile": bench.compile,
        "rates": bench.rates,
        "worlds": bench.worlds,
        "peer": bench.peer,
        "equal": bench.equal,
        "command": bench.command,
    }
    failed = False
    for part in options.only or parts:
        begin = time.perf_counter()
        try:
            found = parts[part]()
        except Exception as error:
            found = {"failed": "".join(traceback.format_exception(error))[-3000:]}
        failed |= "failed" in found
        bench.kept[part] = found
        print(report(part, found), flush=True)
        print(f"{part}: {time.perf_counter() - begin:.1f} s", flush=True)
        if options.json:
            options.json.write_text(json.dumps(bench.kept, indent=2) + "\n", encoding="utf-8")
    alike = bench.kept.get("equal", {}).values()
    differ = any(isinstance(c, dict) and c.get("differ") for c in alike)
    return 1 if failed or differ else 0


if __name__ == "__main__":
    sys.exit(main())
