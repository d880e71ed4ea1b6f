"""Blocks of trials on all cores, or on one or several GPUs.

Nothing is added up on a device beyond its block, and integers are added on the host, so which
device ran which block cannot change a result. On a CPU the workers are threads that call the
same compiled program at once: measured as fast as one XLA device a core, which would have to be
asked for before JAX starts and would compile every program once a core.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import numpy as np

from mcdefense.contract import Features, Schedule, Sizes
from mcdefense.engine.block import BlockShape, TrialRange, simulate_block
from mcdefense.engine.compile_cache import publish_compiled
from mcdefense.engine.cores import usable_cores
from mcdefense.engine.epilogue import Outcome
from mcdefense.engine.settings import own_settings, started_devices
from mcdefense.engine.transfer import Layout, joined
from mcdefense.errors import Fault, InputError
from mcdefense.schedule import state_rows_of

CPU_BATCH = 4096
"""Trials of a block on a CPU core."""
MOST_PAIRINGS = 192_000_000
"""Pairings of a block on a CPU core at most, by its capacity: a second or so, for which a run that
is told to stop waits."""
CPU_CHUNK = 512
"""Trials that a CPU core replays at a time: fewer waste the start of a loop, more the cache."""
CPU_STATE_BYTES = 128 * 2**20
"""State of a chunk on a core at most; copies and counts take about twice as much again."""
MOST_LOADS = 16
"""Points of a study that are replayed side by side at most."""
GPU_STATE_BYTES = 16 * 2**30
"""State of a block on a GPU at most: two blocks at a time, with their copies, fit the card."""
SMALLEST_BATCH = 8
"""A device whose memory is too small for so few trials has too little for the scenario."""
LEAST_BATCH = 128
"""Trials at a time at least, however large the state."""
GPU_BATCH = 262_144
"""Trials of a block on a GPU, where a step costs launches of some microseconds."""
MOST_PROGRAMS = 32
"""Compiled programs that a process holds. Each takes some hundred mappings of memory on a CPU, of
which Linux grants a process 65,530: a session that simulates many scenarios would end without a
word."""
_PROGRAM: Any = simulate_block  # whose methods no type checker knows
_held: set[tuple[object, ...]] = set()
_compiling = threading.Lock()


@dataclass(frozen=True)
class Block:
    """Trials first .. first + trials - 1 of one schedule's worlds; those from `last` on idle."""

    schedule: Schedule
    capacity: Sizes
    first: int
    trials: int
    last: int
    leaker_bins: int
    points: tuple[int, ...] = (0,)
    """Whose loads the schedule has, for whoever gets the outcome: of a study's points, replayed
    side by side, their numbers."""

    @property
    def loads(self) -> int:
        """How many points are replayed side by side."""
        loads: int = self.schedule.arrays.stocks.rounds.shape[-1]
        return loads


def choose_workers(count: int | None) -> list[jax.Device]:
    """The device of each worker: cores of the CPU, or GPUs; all by default.

    Raises InputError if there are fewer than `count`.
    """
    devices = started_devices()
    if devices[0].platform == "cpu":
        devices = [devices[0]] * usable_cores()
    if count is None:
        return devices
    if not 1 <= count <= len(devices):
        kind = "cores" if devices[0].platform == "cpu" else devices[0].platform
        message = f"got {count}, expected 1 to {len(devices)} ({kind} to be had here)"
        raise InputError([Fault("devices", "", message, option=True)])
    return devices[:count]


def default_batch(worker: jax.Device, features: Features, capacity: Sizes, loads: int = 1) -> int:
    """Trials of a block that suit a worker: as many as it likes best, less if one would take long,
    or on a GPU if memory is short; of each of so many `loads`."""
    if worker.platform == "cpu":
        pairings = capacity.opportunities * features.orders * loads
        return _halved(CPU_BATCH, max(MOST_PAIRINGS // pairings, CPU_CHUNK))
    rows = loads * state_rows_of(features, capacity)
    return _halved(GPU_BATCH, GPU_STATE_BYTES // (2 * rows))


def chunk_of(block: Block, device: jax.Device) -> int:
    """Trials of a block that are replayed at a time: on a GPU as many as 32 bits can add up."""
    if device.platform != "cpu":
        features, capacity = block.schedule.features, block.capacity
        # What a trial can count of one thing: rounds of a magazine, looks, or objects.
        most = max(1 << features.counter_bits, capacity.opportunities, capacity.objects)
        return _halved(block.trials, (2**31 - 1) // most)
    rows = block.loads * state_rows_of(block.schedule.features, block.capacity)
    return min(_halved(CPU_CHUNK, CPU_STATE_BYTES // (2 * rows)), block.trials)


def _halved(trials: int, most: int) -> int:
    while trials > max(most, LEAST_BATCH):
        trials //= 2
    return trials


class _Sent(NamedTuple):
    """A schedule's arrays on a device."""

    schedule: Schedule
    capacity: Sizes
    parts: Any  # a list of arrays, of JAX or of NumPy
    layout: Layout


class Fleet:
    """Runs blocks on workers; `submit` blocks while each has one running and one waiting."""

    def __init__(self, workers: list[jax.Device], seed: int) -> None:
        self._free: queue.SimpleQueue[jax.Device] = queue.SimpleQueue()
        for worker in workers * 2:
            self._free.put(worker)
        # A GPU gets a second thread, so that it need not wait while results are fetched.
        threads = len(workers) * (1 if workers[0].platform == "cpu" else 2)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="worker")
        self._key = np.array([seed & 0xFFFFFFFF, seed >> 32], np.uint32)
        self._waiting: list[tuple[Block, Future[Outcome]]] = []
        self.most_loads = MOST_LOADS
        """Points of a study that a block replays side by side at most."""
        self.most_trials = 2**32
        """Trials of a block that the devices' memory was found to hold."""
        self._halving = threading.Lock()
        self._sent: dict[jax.Device, _Sent] = {}
        self.kernel_seconds = 0.0
        """Of kernels on a GPU (gpu/fleet.py), of which there are none here."""
        self.others: list[str] = []
        """Devices that computed in the place of the workers: none."""

    def submit(self, block: Block) -> None:
        """Start a block on the next free device."""
        device = self._free.get()
        self._waiting.append((block, self._pool.submit(self._run_on, block, device)))

    def _run_on(self, block: Block, device: jax.Device) -> Outcome:
        try:
            return self._run(block, device)
        finally:
            self._free.put(device)

    def _run(self, block: Block, device: jax.Device) -> Outcome:
        """The block's outcome; in halves where the device's memory is too small for it."""
        tried = min(block.trials, self.most_trials)
        try:
            pieces = self._cut(block, tried)
            outcome = self._compiled_call(pieces[0], device)
            for piece in pieces[1:]:
                outcome = _sum(outcome, self._compiled_call(piece, device))
            return outcome
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error):
                raise
            if tried <= SMALLEST_BATCH:
                raise MemoryError from error
            with self._halving:  # another thread may have found it too small meanwhile
                self.most_trials = min(self.most_trials, tried // 2)
        return self._run(block, device)

    def _cut(self, block: Block, size: int) -> list[Block]:
        """The block in pieces of so many trials; counts are integers, so that they add up."""
        if block.trials <= size:
            return [block]
        return [
            replace(block, first=first, trials=size, last=min(first + size, block.last))
            for first in range(block.first, block.last, size)
        ]

    def _compiled_call(self, block: Block, device: jax.Device) -> Outcome:
        kind = (block.schedule.features, block.capacity, block.loads, block.leaker_bins)
        program = (*kind, block.trials, device)
        if program in _held:
            return self._call(block, device)
        with _compiling:  # two threads would both compile what they both lack
            if len(_held) >= MOST_PROGRAMS:
                _PROGRAM.clear_cache()
                _held.clear()
            outcome = self._call(block, device)
            _held.add(program)
            publish_compiled()
            return outcome

    def _call(self, block: Block, device: jax.Device) -> Outcome:
        with own_settings(device):
            sent = self._arrays(block, device)
            worlds = block.schedule.worlds.astype(np.uint32)
            asked = TrialRange.of(self._key, worlds, block.first, block.last)
            shape = BlockShape(
                layout=sent.layout,
                features=block.schedule.features,
                sizes=block.capacity,
                trials=block.trials,
                chunk=chunk_of(block, device),
                leaker_bins=block.leaker_bins,
                skips=device.platform == "cpu",
            )
            return _on_host(simulate_block(sent.parts, asked, shape=shape))

    def _arrays(self, block: Block, device: jax.Device) -> _Sent:
        """The schedule's arrays, sent once for blocks of one world that follow each other."""
        sent = self._sent.get(device)
        if sent is None or sent.schedule is not block.schedule or sent.capacity != block.capacity:
            parts, layout = joined(block.schedule.arrays, block.capacity)
            # A core uses them where they lie. To make arrays of JAX of them first takes 0.1 ms.
            there = parts if device.platform == "cpu" else jax.device_put(parts, device)
            sent = _Sent(block.schedule, block.capacity, there, layout)
            self._sent[device] = sent
        return sent

    def finished(self, *, everything: bool = False) -> Iterator[tuple[Block, Outcome]]:
        """Blocks done so far, in the order submitted; all of them, waited for, if `everything`."""
        while self._waiting and (everything or self._waiting[0][1].done()):
            block, future = self._waiting.pop(0)
            yield block, future.result()

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *exc: Any) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def _sum(one: Outcome, other: Outcome) -> Outcome:
    total: Outcome = jax.tree.map(np.add, one, other)
    return total


def _on_host(outcome: Outcome) -> Outcome:
    """The outcome in NumPy, its chunks added up."""
    # In 64 bits: each sum was made to fit 32 bits for its own trials only.
    found = [np.asarray(sums) for sums in outcome]
    if len(found[0]) == 1:  # of small blocks, where adding up one chunk would take its time
        return Outcome(*(sums[0].astype(np.int64) for sums in found))
    return Outcome(*(sums.sum(axis=0, dtype=np.int64) for sums in found))


def description(workers: list[jax.Device]) -> str:
    """Kind and number of workers, for logs and files."""
    kind = "core" if workers[0].platform == "cpu" else workers[0].device_kind
    return f"{len(workers)} x {kind} ({workers[0].platform})"
