"""Runs on a Dask cluster: ranges of worlds as tasks, put together as they come.

Dask does the work of a lost worker again on another; a range gives the same counts wherever and
however often it is simulated.
"""

from __future__ import annotations

import atexit
import logging
import math
import socket
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from mcdefense.engine import usable_cores
from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.run.builders import AHEAD
from mcdefense.run.kept_programs import programs_kept
from mcdefense.run.monitor import LOGGER, UNWATCHED, Monitor
from mcdefense.run.options import RunOptions
from mcdefense.run.part import Gathering, Part
from mcdefense.run.simulation import Counter, result_of
from mcdefense.run.simulator import Phases, Simulator, axes_of
from mcdefense.run.size import Size
from mcdefense.scenario import Scenario
from mcdefense.schedule import Builder
from mcdefense.statistics import Result

LOCAL = "local"
"""The address that stands for workers started here, one a core."""
_RANGES, _RANGES_A_THREAD = 64, 4
"""Tasks of a run at least: workers may join later, and a lost one loses a task."""
_CONNECT_S, _AGAIN_S = 30, 0.5
_ALIKE = ("mcdefense", "jax", "jaxlib", "numpy", "scipy")
"""Packages that make the numbers; another version may round another way."""


def simulate_on_dask(
    scenario: Scenario, options: RunOptions, monitor: Monitor = UNWATCHED
) -> Result:
    """`simulate` on the workers of the scheduler at `options.dask`, or `LOCAL` ones.

    The result's integers are those of `simulate`. `monitor` is shown the progress after every range
    of worlds; it is not asked whether to stop. Raises
    McdefenseError if Dask is not installed, the scheduler or a worker is out of reach, a worker has
    other versions, or one task ended several workers.
    """
    size = options.size(scenario)
    begin, phases = time.perf_counter(), Phases()
    gathering = Gathering(axes_of(Builder(scenario), np.arange(size.worlds, dtype=np.int64)))
    counter = Counter(monitor.show, size.worlds * size.trials, begin)
    with _workers_at(options.dask or LOCAL) as workers:
        for _, part in workers.counted([scenario], size, options):
            gathering.add(part)
            counter.add(size.trials * len(part.worlds), part.pairings)
    phases.add("wait", begin)
    return result_of(scenario, gathering.whole(), options, workers.device, phases, begin)


@dataclass(frozen=True, eq=False)
class _Order:
    """What every task is told, sent to a worker once; its scenario comes beside it."""

    key: str
    """Of this order alone: its scenarios share programs and geometry."""
    beside: tuple[Scenario, ...]
    size: Size
    options: RunOptions
    versions: dict[str, str]
    threads: dict[str, int]
    """Threads of all workers, by host; they share the host's cores."""


class Workers:
    """Workers of a Dask cluster, which simulate ranges of worlds."""

    def __init__(self, distributed: Any, client: Any) -> None:
        self._distributed, self._client = distributed, client
        self._threads: dict[str, int] = {}
        self._threads_now()

    def _threads_now(self) -> int:
        self._threads = self._client.nthreads()
        return max(1, sum(self._threads.values()))  # 0 while all are replaced

    def send(self, thing: Any) -> Any:
        """The thing as all workers have it, for tasks. A worker that is just being lost makes Dask
        give up, so it is asked again for a while; then it raises McdefenseError."""
        end = time.monotonic() + _CONNECT_S
        while True:
            try:
                return self._client.scatter(thing, broadcast=True, hash=False)
            except OSError as error:
                if time.monotonic() >= end:
                    raise McdefenseError(f"Dask: no worker in reach ({error})") from error
                time.sleep(_AGAIN_S)

    @property
    def device(self) -> str:
        """Kind and number of what computes."""
        return f"dask: {sum(self._threads.values())} threads of workers"

    def counted(
        self,
        scenarios: Iterable[Scenario],
        size: Size,
        options: RunOptions,
        beside: Sequence[Scenario] = (),
    ) -> Iterator[tuple[int, Part]]:
        """All worlds of each scenario in parts as they come, each with the scenario's place among
        these. A scenario is asked for once there is too little work for all threads without it.
        Objects are numbered by the largest raid among those `beside`, as a Builder does.
        """
        client, threads = self._client, self._threads_now()
        by_host = threads_by_host(self._threads)
        order = _Order(uuid4().hex, tuple(beside), size, options, versions(), by_host)
        sent = self.send(order)
        coming = self._distributed.as_completed(loop=client.loop)
        places: dict[str, tuple[int, Any]] = {}  # with the scenario, which is kept for its tasks
        waiting = enumerate(scenarios)
        while True:
            while len(places) < _RANGES_A_THREAD * threads:
                place, scenario = next(waiting, (-1, None))
                if scenario is None:
                    break
                own = self.send(scenario)
                threads = self._threads_now()  # workers may have joined
                length = range_length(size.worlds, threads)
                for first in range(0, size.worlds, length):
                    last = min(first + length, size.worlds)
                    task = client.submit(_simulated, sent, own, first, last, pure=False)
                    places[task.key] = place, own
                    coming.add(task)
            if not places:
                return
            task, part = _next_fetched(self._distributed, coming)
            task.release()  # its memory on the worker
            yield places.pop(task.key)[0], part


@contextmanager
def workers_of(options: RunOptions) -> Iterator[Workers | None]:
    """The workers that the options ask for, of which those started here end with it; None where
    they ask for no Dask. Raises as `simulate_on_dask` does."""
    if options.dask is None:
        yield None
        return
    with _workers_at(options.dask) as workers:
        yield workers


@contextmanager
def _workers_at(address: str) -> Iterator[Workers]:
    distributed = _distributed()
    with _client(distributed, address) as client:
        yield Workers(distributed, client)


_simulators = threading.local()
_keeping = threading.Lock()
_kept: dict[Path | None, ExitStack] = {}
"""On a worker: what ends with it, by the folder of its compiled programs."""


def _keep_programs(options: RunOptions) -> None:
    """Compiled programs are kept as long as this worker lives, whose tasks follow each other."""
    with _keeping:
        if options.compile_cache in _kept or options.no_compile_cache:
            return
        stack = _kept.setdefault(options.compile_cache, ExitStack())
        atexit.register(stack.close)
        stack.enter_context(programs_kept(options, LOGGER))


def _simulated(order: _Order, scenario: Scenario, first: int, last: int) -> Part:
    """On a worker: the worlds first .. last - 1, each thread with what its last task left it."""
    check_versions(order.versions)
    options = order.options
    beside = tuple(one.sha256 for one in order.beside)
    identity = (scenario.sha256, beside, order.size, options.batch, options.builders)
    if getattr(_simulators, "identity", None) != identity:
        _keep_programs(options)
        # One device a thread: Dask runs as many tasks at a time as the worker has threads.
        made = Simulator(
            Builder(scenario, order.beside),
            order.size.seed,
            order.size.trials,
            devices=1,
            batch=options.batch,
            builders=options.builders,
        )
        key, before = getattr(_simulators, "first", ("", None))
        if before is not None and key == order.key:
            made.follow(before)
        else:
            _simulators.first = order.key, made
        address = _distributed().get_worker().address
        made.building_cores = usable_cores() // order.threads.get(host_of(address), 1)
        _simulators.simulator, _simulators.identity = made, identity
    simulator: Simulator = _simulators.simulator
    return simulator.simulate(np.arange(first, last, dtype=np.int64))


def host_of(address: str) -> str:
    """A worker's address without its port."""
    return address.rpartition(":")[0]


def threads_by_host(threads: Mapping[str, int]) -> dict[str, int]:
    """Threads of all workers of each host, from those of each address."""
    found: dict[str, int] = {}
    for address, number in threads.items():
        found[host_of(address)] = found.get(host_of(address), 0) + number
    return found


def versions() -> dict[str, str]:
    """Versions of what must be alike on all workers, by name."""
    return {name: version(name) for name in _ALIKE}


def check_versions(wanted: dict[str, str]) -> None:
    """Raises McdefenseError if this worker has others."""
    found = versions()
    others = [f"{n} {found[n]}, not {wanted[n]}" for n in _ALIKE if found[n] != wanted[n]]
    if others:
        raise McdefenseError(f"worker on {socket.gethostname()} has {'; '.join(others)}")


def range_length(worlds: int, threads: int) -> int:
    """Worlds of a task; fewer than are built together only where threads would have none."""
    even = math.ceil(worlds / max(_RANGES, _RANGES_A_THREAD * threads))
    return max(even, min(AHEAD, math.ceil(worlds / threads)))


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise McdefenseError(
            "Dask is not installed; install it with: pip install 'mcdefense[dask]'"
        ) from error
    return distributed


@contextmanager
def _client(distributed: Any, address: str) -> Iterator[Any]:
    """A client with a worker at least; what was started here is ended."""
    if address == LOCAL:
        with (
            tempfile.TemporaryDirectory(prefix="mcdefense-dask-") as folder,
            distributed.LocalCluster(
                n_workers=usable_cores(),
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                # Its status pages are served all the same: at any free port, as 8787 may be taken.
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                local_directory=folder,
                # A worker that is told to end may find the scheduler gone, which is no fault.
                silence_logs=logging.CRITICAL,
            ) as cluster,
            distributed.Client(cluster, set_as_default=False) as client,
        ):
            yield client
        return
    try:
        client = distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"got '{address}', expected 'local' or a scheduler, such as tcp://host:8786"
        raise InputError([Fault("dask", "", f"{message} ({error})", option=True)]) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_CONNECT_S)
        except TimeoutError as error:
            raise McdefenseError(f"Dask: no worker at {address} in {_CONNECT_S} s") from error
        yield client


def _next_fetched(distributed: Any, coming: Any) -> tuple[Any, Part]:
    """The next task that is done, and what it counted."""
    try:
        task = next(coming)
        part: Part = task.result()
    except distributed.KilledWorker as error:
        raise McdefenseError(
            "Dask: the same worlds ended one worker after another; perhaps their memory is too "
            f"small: {error.last_worker.address}"
        ) from error
    except (CancelledError, ConnectionError) as error:
        raise McdefenseError(
            f"Dask: the scheduler is lost, and all worlds with it: {error}"
        ) from error
    return task, part
