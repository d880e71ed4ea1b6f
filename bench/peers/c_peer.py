"""The C peer: `c_vector.c` compiled for one schedule, called on two threads."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from peers.orders import ORDER, SHARING, TOSS, Problem
from peers.outcome import Outcome, added, empty_outcome
from peers.pictures import CONTRIBUTION, GATE, GROUP, PLACE

from mcdefense.contract import CAUSE_UNAVAILABLE, NEVER

SOURCE = Path(__file__).parent
FLAGS = ("-O3", "-march=native", "-std=gnu11", "-shared", "-fPIC", "-Wall", "-Wextra")
BLOCK = 256
"""Trials of a block: measured best of 64 to 512."""
SIZES = (
    "opportunities", "objects", "magazines", "accounts", "batteries", "classes", "flags",
    "gates", "pairs", "groups", "most_places", "tosses", "variants",
)  # fmt: skip
TABLES = (
    "orders", "first_order", "rounds", "error_variants", "variant_count", "salvos", "sharing",
    "sharing_salvos",
    "group_table", "places", "gate_table", "contributions", "step_limits", "step_weights",
    "gate_values", "warnings", "tosses_table", "opportunity_object",
    "opportunity_account", "death_rank", "object_class", "object_live",
    "start_stock", "start_channels", "magazine_battery", "network_flags", "fallback", "unused",
    "slots", "slot_rows", "kill", "error", "toss_low",
    "toss_high",
)  # fmt: skip
_COUNTS = (
    "live", "leakers", "outcome", "histogram", "products", "account_sums", "emptied", "denied",
    "rounds_left", "network_lost",
)  # fmt: skip


class _Problem(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int32) for name in SIZES),
        *((name, ctypes.c_void_p) for name in TABLES),
    )


class _Counts(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_void_p) for name in _COUNTS)


def compiler() -> str | None:
    """The C compiler, None if there is none."""
    return shutil.which("gcc")


def record_types() -> str:
    """The records as C declares them."""
    names = {
        "order": ORDER,
        "sharing_step": SHARING,
        "toss": TOSS,
        "group": GROUP,
        "place": PLACE,
        "gate": GATE,
        "contribution": CONTRIBUTION,
    }
    lines = []
    for name, dtype in names.items():
        columns = ", ".join(dtype.names or ())
        lines.append(f"typedef struct {{ int32_t {columns}; }} {name};")
    return "\n".join(lines) + "\n"


def defines_of(problem: Problem, block: int, *, philox: bool) -> list[str]:
    """Options of the compiler that say what the schedule uses."""
    f = problem.schedule.features
    values = {
        "T": block,
        "ARCHITECTURES": f.architectures,
        "ROUNDS": f.rounds,
        "CHANNELS": problem.channels,
        "GROUPS": f.classes + 1,
        "SLOTS": max(len(masks) for masks in problem.masks),
        "ERRORS": int(f.error_variants > 0),
        "WAITS": int(f.waits),
        "SHARING": int(f.sharing),
        "FLAGS": int(f.flags),
        "NETWORK": int(any(fallback != -1 for fallback in f.fallback)),
    }
    return [f"-D{k}={v}" for k, v in values.items()] + ["-DPHILOX"] * philox


class CPeer:
    """Two threads, each taking every second block of T trials."""

    name = "c_vector"

    def __init__(
        self,
        problems: Sequence[Problem],
        *,
        threads: int = 2,
        philox: bool = False,
        block: int = BLOCK,
    ) -> None:
        self.block = block
        self._problems, self._threads = problems, threads
        found = compiler()
        if found is None:
            raise RuntimeError("c_vector needs gcc, which was not found")
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "c_vector.so"
            (Path(folder) / "records.h").write_text(record_types(), encoding="ascii")
            command = [
                found,
                *FLAGS,
                f"-I{folder}",
                *defines_of(problems[0], block, philox=philox),
                "-o",
                str(library),
            ]
            subprocess.run([*command, str(SOURCE / "c_vector.c")], check=True)
            self._simulate = ctypes.CDLL(str(library)).simulate
        self._simulate.argtypes = (
            ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_long,
            ctypes.c_long, ctypes.c_long,
        )  # fmt: skip
        self._tables = [tables_of(problem) for problem in problems]

    def run(self, trials: int, seed: int) -> list[Outcome]:
        """`trials` of each world, a multiple of the block."""
        if trials % self.block:
            raise ValueError(f"got {trials} trials, expected a multiple of {self.block}")
        # Threads take turns at blocks, or at worlds if there are several.
        steps = self._threads if len(self._problems) == 1 else 1
        with ThreadPoolExecutor(self._threads) as pool:
            parts = [
                [pool.submit(self._part, world, trials, seed, k, steps) for k in range(steps)]
                for world in range(len(self._problems))
            ]
        return [added([part.result() for part in outcomes]) for outcomes in parts]

    def _part(self, world: int, trials: int, seed: int, first: int, step: int) -> Outcome:
        problem, tables = self._problems[world], self._tables[world]
        outcome = empty_outcome(problem)
        counts = _Counts(**{name: getattr(outcome, name).ctypes.data for name in _COUNTS})
        pointers = {name: tables[name].ctypes.data for name in TABLES}
        given = _Problem(**sizes_of(problem), **pointers)
        number = int(problem.schedule.worlds[0])
        if self._simulate(
            ctypes.byref(given), ctypes.byref(counts), seed, number, trials, first, step
        ):
            raise MemoryError("c_vector: no memory for a block")
        return outcome


def sizes_of(problem: Problem) -> dict[str, int]:
    """The sizes of one world, as C reads them."""
    s, f = problem.schedule.sizes, problem.schedule.features
    return {
        "opportunities": s.opportunities, "objects": s.objects, "magazines": s.magazines,
        "accounts": s.accounts, "batteries": s.batteries, "classes": f.classes,
        "flags": s.flags, "gates": s.gates,
        "pairs": f.architectures * s.pairs,
        "groups": problem.pictures.groups.size, "most_places": problem.pictures.most_places,
        "tosses": problem.tosses.size, "variants": problem.variants.shape[1],
    }  # fmt: skip


def _whole(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, np.int32)


def tables_of(problem: Problem) -> dict[str, np.ndarray]:
    """The tables of one world, as C reads them."""
    schedule = problem.schedule
    arrays, features = schedule.arrays, schedule.features
    architectures = features.architectures
    slots = max(len(masks) for masks in problem.masks)
    slot_rows = np.zeros((architectures, slots), np.int32)
    for a, masks in enumerate(problem.masks):
        for slot, b in enumerate(masks):
            slot_rows[a, slot] = a if b == a else architectures + b
    reached = np.zeros((architectures, schedule.sizes.objects), np.int32)
    for a in range(architectures):
        reached[a, arrays.opportunities.object[arrays.doctrine.allowed[a] != 0]] = 1
    stock = arrays.stocks.rounds[..., 0]
    if stock.sum(1).max(initial=0) >= NEVER:
        raise ValueError(f"c_vector counts fewer than {NEVER} rounds of all magazines")
    if features.kill_variants != 1:
        raise ValueError("c_vector lacks kill probabilities that differ between architectures")
    chances, tosses, pictures = arrays.chances, arrays.tosses, problem.pictures
    return {
        "kill": _whole(chances.kill[0, ..., 0]),
        "error": _whole(chances.error[chances.error_variant, ..., 0]),
        "toss_low": _whole(tosses.low[:, 0]),
        "toss_high": _whole(tosses.high[:, 0]),
        "orders": problem.orders,
        "first_order": _whole(problem.first_order),
        "rounds": _whole(problem.rounds),
        "error_variants": _whole(problem.variants),
        "variant_count": _whole(problem.variant_count),
        "salvos": _whole(problem.salvos),
        "sharing": problem.sharing,
        "sharing_salvos": _whole(problem.sharing_salvos),
        "group_table": pictures.groups,
        "places": pictures.places,
        "gate_table": pictures.gates,
        "contributions": pictures.contributions,
        "step_limits": _whole(pictures.limits),
        "step_weights": _whole(pictures.weights),
        "gate_values": np.ascontiguousarray(NEVER - pictures.values[:, :16], np.int16),
        "warnings": _whole(pictures.warnings),
        "tosses_table": problem.tosses,
        "opportunity_object": _whole(arrays.opportunities.object),
        "opportunity_account": _whole(arrays.opportunities.account),
        "death_rank": _whole(arrays.opportunities.death_rank),
        "object_class": _whole(arrays.objects.threat_class),
        "object_live": _whole(arrays.objects.live),
        "start_stock": _whole(stock),
        "start_channels": _whole(problem.channel_free),
        "magazine_battery": _whole(arrays.stocks.magazine_battery),
        "network_flags": _whole(arrays.stocks.network_flags),
        "fallback": _whole(np.array(features.fallback)),
        "unused": _whole(reached * CAUSE_UNAVAILABLE),
        "slots": _whole(np.array([len(masks) for masks in problem.masks])),
        "slot_rows": slot_rows,
    }
