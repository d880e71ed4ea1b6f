"""Worlds with their schedules, in order, while others are built: in a thread, or by processes."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from mcdefense.contract import Schedule
from mcdefense.errors import McdefenseError
from mcdefense.run.building import BuilderProcess, Built, Ended, build
from mcdefense.run.monitor import LOGGER
from mcdefense.schedule import Builder
from mcdefense.world import World

AHEAD = 8
"""Worlds built, at least, while others run; a new capacity is made for all of them."""
AHEAD_BYTES = 2**28
"""Memory of the worlds that are built ahead, where AHEAD of them take less: a program compiles for
as long as some hundred worlds take to build."""
WORTH_S = 4.0
"""Work [s of a core] that is left for each process that builds worlds, or it is not started: it
takes 0.45 s of a core to start, and its first worlds take longer, since they find nothing kept."""
_ORDERS = 2
"""Worlds that a process is asked for at a time: it builds one while another is handed over."""
_TRIES = 2

Coming = Callable[[], list[Schedule]]
"""Gives the schedules of the next worlds, fewer than AHEAD; waits until they are built."""


class Here:
    """Builds in whatever thread asks, one world at a time; keeps world 0."""

    def __init__(self, builder: Builder, seed: int) -> None:
        self.scenario, self.beside, self.seed = builder.scenario, builder.beside, seed
        self._builder, self._building = builder, threading.Lock()
        self.world_0: Built | None = None

    def build(self, number: int) -> Built:
        """World `number`."""
        with self._building:
            built = build(self._builder, self.seed, number)
        if number == 0:
            self.world_0 = built
        return built


class _Job(NamedTuple):
    """A world to be built, where it will be found, and how processes that built it have ended."""

    number: int
    built: Future[Built]
    ends: tuple[str, ...] = ()


class Builders:
    """Builds worlds ahead of whoever simulates them.

    `asked` processes build them: with 0 a thread of this process does, and with None a thread
    begins, and so many processes take over as are worth it, up to `cores`. `spend` gets the
    seconds of a core that each world took.
    """

    def __init__(
        self, here: Here, asked: int | None, cores: int, spend: Callable[[float], None]
    ) -> None:
        self._here, self._asked, self._spend = here, asked, spend
        self._most = _most_on(cores) if asked is None else asked
        self._here_is_used = False
        self._processes: list[BuilderProcess] = []
        self._free: deque[Here | BuilderProcess] = deque()
        self._jobs: deque[_Job] = deque()
        threads = _ORDERS * self._most + 1
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="builder")
        self._changing = threading.RLock()
        """Held by whoever changes one of these, or counts."""
        self._closed = False
        self._error: BaseException | None = None
        self._left, self._least_s = 0, math.inf
        self._waiting, self._waiting_bytes, self._most_bytes = 0, 0, 0
        self._sizes: dict[int, int] = {}

    def built(self, numbers: list[int]) -> Generator[tuple[World, Schedule, Coming]]:
        """The worlds with these numbers, in this order, and a way to those that come next.

        Raises what building a world raises when its turn comes, and McdefenseError if processes
        end again and again. To be called once, and closed, so that no process outlives it.
        """
        coming: deque[tuple[int, Future[Built]]] = deque()
        left = deque(numbers)
        self._left = len(numbers)

        def next_ones() -> list[Schedule]:
            return [future.result().schedule for _, future in islice(coming, AHEAD - 1)]

        try:
            if self._asked:
                self._start(self._most)
            if not self._processes:
                self._use_here()
            while True:
                while left and self._may_build(len(coming)):
                    number = left.popleft()
                    coming.append((number, self._ordered(number)))
                if not coming:
                    return
                number, future = coming.popleft()
                built = future.result()
                with self._changing:
                    self._waiting -= 1
                    self._waiting_bytes -= self._sizes.pop(number)
                yield built.world, built.schedule, next_ones
        finally:
            with self._changing:
                self._closed = True
                for process in self._processes:
                    process.kill()
            self._pool.shutdown(cancel_futures=True)
            for process in self._processes:
                process.close()

    def _may_build(self, coming: int) -> bool:
        """Whether one more world may be built ahead of its turn."""
        if coming < AHEAD:
            return True
        with self._changing:
            being_built = coming - self._waiting
            known = self._most_bytes > 0
            return (
                known and self._waiting_bytes + (being_built + 1) * self._most_bytes <= AHEAD_BYTES
            )

    def _is_built(self, job: _Job, built: Built) -> None:
        """Hand over a world."""
        with self._changing:
            size = bytes_of(built.schedule)
            self._sizes[job.number] = size
            self._waiting += 1
            self._waiting_bytes += size
            self._most_bytes = max(self._most_bytes, size)
        job.built.set_result(built)

    def _ordered(self, number: int) -> Future[Built]:
        """The world, once it is built."""
        job = _Job(number, Future())
        if number == 0 and self._here.world_0 is not None:
            self._is_built(job, self._here.world_0)
        else:
            with self._changing:
                self._jobs.append(job)
                self._share_out()
                self._give_up()
        return job.built

    def _share_out(self) -> None:
        """Give the first jobs to those who are free. The first world is waited for first."""
        while self._jobs and self._free and not self._closed:
            self._pool.submit(self._work, self._free.popleft(), self._jobs.popleft())

    def _work(self, builder: Here | BuilderProcess, job: _Job) -> None:
        """In a thread of the pool, which shows nobody an error: whoever waits for a world does."""
        try:
            self._build(builder, job)
        except BaseException as error:
            with self._changing:
                self._error = error
                self._give_up()
            if not job.built.done():
                job.built.set_exception(error)

    def _give_up(self) -> None:
        """Builders cannot be had any more: tell whoever waits for what is not begun."""
        while self._error is not None and self._jobs:
            self._jobs.popleft().built.set_exception(self._error)

    def _build(self, builder: Here | BuilderProcess, job: _Job) -> None:
        """One builder builds one world, and is free again."""
        try:
            built = builder.build(job.number)
        except Ended as ended:
            assert isinstance(builder, BuilderProcess)
            # Nothing is said against a world that it had not come to.
            ends = (*job.ends, str(ended)) if ended.building else job.ends
            self._replace(builder, job._replace(ends=ends), str(ended))
        except BaseException as error:
            job.built.set_exception(error)
            self._hand_back(builder, None)
        else:
            self._is_built(job, built)
            self._hand_back(builder, built.seconds)

    def _hand_back(self, builder: Here | BuilderProcess, seconds: float | None) -> None:
        """The builder is free again, unless processes have taken over from a thread."""
        with self._changing:
            if self._closed:
                return
            if seconds is not None:
                self._spend(seconds)
                self._left -= 1
                self._least_s = min(self._least_s, seconds)
            if isinstance(builder, BuilderProcess):
                self._here_is_used = False
            elif not self._processes and self._asked is None and seconds is not None:
                self._start(worth_starting(self._left * self._least_s, self._most))
            is_process = isinstance(builder, BuilderProcess)
            # A process may have been replaced since it built this one.
            if builder in self._processes if is_process else self._here_is_used:
                self._free.append(builder)
            self._share_out()

    def _use_here(self) -> None:
        if not self._here_is_used:
            self._here_is_used = True
            self._free.append(self._here)

    def _start(self, number: int) -> None:
        """Start so many processes, or as many as the system lets us."""
        known = len(self._processes)
        for _ in range(number):
            try:
                process = BuilderProcess(self._here.scenario, self._here.seed, self._here.beside)
            except OSError as error:
                self._most = len(self._processes)
                LOGGER.warning(
                    f"no further process to build worlds can be started ({error.strerror}); "
                    f"{self._most or 'a thread'} must do"
                )
                break
            self._processes.append(process)
        self._free.extend(self._processes[known:] * _ORDERS)

    def _replace(self, process: BuilderProcess, job: _Job, end: str) -> None:
        """Put another in the place of a process that has ended, and the job back in its own."""
        with self._changing:
            if self._closed:  # it was told to
                return
            news = process in self._processes  # or another job of the process has told it before
            if news:
                self._processes.remove(process)
                self._free = deque(one for one in self._free if one is not process)
                process.close()
            if len(job.ends) < _TRIES:
                self._jobs = deque(sorted([job, *self._jobs], key=lambda one: one.number))
                if news:
                    LOGGER.warning(f"a process that builds worlds {end}; another takes its place")
                    self._start(1)
            else:
                message = f"world {job.number}: a process that builds it {end}, and so did another"
                advice = "with `builders` 0 this process builds the worlds itself"
                job.built.set_exception(McdefenseError(f"{message}; {advice}"))
            if not self._processes:
                self._use_here()
            self._share_out()


def processes_for(building_s: float, cores: int) -> int:
    """Processes that come to build worlds of a run on so many cores; `building_s` of one core."""
    return worth_starting(building_s, _most_on(cores))


def worth_starting(left_s: float, most: int) -> int:
    """Processes worth starting for so much work [s of a core] that is left."""
    return min(most, int(left_s / WORTH_S))


def _most_on(cores: int) -> int:
    # With one core a process would take turns with this one, and gain nothing.
    return cores if cores > 1 else 0


def bytes_of(schedule: Schedule) -> int:
    """Memory of a schedule's arrays."""

    def nbytes(thing: Any) -> int:
        return thing.nbytes if isinstance(thing, np.ndarray) else sum(map(nbytes, thing))

    return nbytes(schedule.arrays) + nbytes(schedule.channel_ranks)
