"""A process that builds worlds for another one, and ends with it. Imports no JAX.

It is a Python of its own and no copy of the process that asks: that one has threads, whose locks a
copy would inherit, and perhaps a program of the user's, which must not run a second time.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from typing import Any, NamedTuple

from mcdefense.contract import Schedule
from mcdefense.errors import McdefenseError
from mcdefense.run.handover import receive, send
from mcdefense.scenario import Scenario
from mcdefense.schedule import Builder
from mcdefense.world import World

_ORDER = struct.Struct("<Qq")
"""Seed and number of the world that is asked for."""
_ALLOCATIONS = 100_000
"""Objects more than before, after which Python looks for cycles of them in the process."""
_KEPT_FROM_IT = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1}
"""Signals that a terminal or a batch system sends to every process of a run: whoever asks for
worlds obeys them, and ends the builders when it does."""
_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(2**28), "MALLOC_MMAP_THRESHOLD_": str(2**28)}
"""Has glibc keep what an array leaves free for the next one, where it would give it back to the
system and have each page cleared anew: a twentieth of a world's time."""
_PROGRAM = """\
import sys
sys.path[:] = {path!r}
from mcdefense.run.building import serve
serve({file})
"""


class Built(NamedTuple):
    """A world and its schedule, and the time on a core [s] that they took."""

    world: World
    schedule: Schedule
    seconds: float


class Ended(Exception):
    """A process that builds worlds has ended without being asked to; says how."""

    def __init__(self, how: str, *, building: bool) -> None:
        super().__init__(how)
        self.building = building
        """Whether it was at the world that was asked for, and not at one before it."""


def build(builder: Builder, seed: int, number: int) -> Built:
    """World `number` of a seed, built in this thread."""
    since = time.thread_time()
    world = builder.world(seed, number)
    schedule = builder.schedule(world)
    return Built(world, schedule, time.thread_time() - since)


class BuilderProcess:
    """A process that builds worlds of a scenario. Raises OSError if none can be started."""

    def __init__(self, scenario: Scenario, seed: int, beside: tuple[Scenario, ...] = ()) -> None:
        self._seed = seed
        self._asking, self._answering = threading.Lock(), threading.Condition()
        self._asked, self._answered = 0, 0
        self._how, self._ended_at = "", -1
        self._connection, other = socket.socketpair()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (`close` closes it)
        with other:
            try:
                self._process = self._started(other.fileno())
            except OSError:
                self._connection.close()
                self._said.close()
                raise
        try:
            with suppress(ConnectionError):  # one that has ended already: `build` says so
                send(self._connection, (scenario, beside))
        except BaseException:
            self.kill()
            self.close()
            raise

    def _started(self, file: int) -> subprocess.Popen[bytes]:
        # A process has the signal mask of the thread that starts it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _KEPT_FROM_IT)
        try:
            return subprocess.Popen(
                [sys.executable, "-c", _PROGRAM.format(path=sys.path, file=file)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                pass_fds=[file],
                env=_MEMORY | os.environ,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def build(self, number: int) -> Built:
        """World `number`, after those that other threads have asked for before: while one world is
        fetched, the process builds the next. Raises Ended, whatever building it raises, and OSError
        where this process cannot take it."""
        with self._asking:
            turn = self._asked
            self._asked += 1
            try:
                self._connection.sendall(_ORDER.pack(self._seed, number))
            except OSError as error:
                raise self._ended(turn) from error
        answer = self._answer(turn)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Built)
        return answer

    def _answer(self, turn: int) -> Any:
        """What comes back for the order of this number."""
        with self._answering:
            self._answering.wait_for(lambda: self._answered == turn or self._how)
            if self._how:
                raise self._ended(turn)
            try:
                return receive(self._connection)
            except (EOFError, ConnectionError) as error:
                raise self._ended(turn) from error
            finally:
                self._answered += 1
                self._answering.notify_all()

    def _ended(self, turn: int) -> Ended:
        """How it has ended, for whoever gave the order of this number."""
        with self._answering:
            if not self._how:
                self._connection.close()
                self._how, self._ended_at = self._found_end(), self._answered
                self._answering.notify_all()
            return Ended(self._how, building=turn == self._ended_at)

    def kill(self) -> None:
        """End the process now, whatever it is doing."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Give back what it used, once it is killed and nobody waits for it."""
        self._connection.close()
        self._said.close()

    def _found_end(self) -> str:
        """How it has ended, as part of a sentence."""
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:  # it has closed its end only
            self._process.kill()
            code = self._process.wait()
        if code < 0:
            return f"ended by {signal.Signals(-code).name}"
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        return f"ended with {code}: {last}"


def serve(file: int) -> None:
    """In the process: build what is asked for over this socket, until its other end is closed."""
    with socket.socket(fileno=file) as connection:
        try:
            scenario, beside = receive(connection)
        except (EOFError, ConnectionError):
            return
        builder = Builder(scenario, beside)
        # Worlds leave next to no cycles behind; looking for them took a tenth of the time.
        gc.set_threshold(_ALLOCATIONS)
        while (order := _next_order(connection)) is not None:
            try:
                answer: Built | Exception = build(builder, *order)
            except Exception as error:
                if not isinstance(error, McdefenseError):
                    error.add_note(traceback.format_exc())  # which stays behind in this process
                answer = error
            try:
                send(connection, answer)
            except ConnectionError:
                return


def _next_order(connection: socket.socket) -> tuple[int, int] | None:
    """Seed and number of the next world; None once nobody asks any more."""
    try:
        order = connection.recv(_ORDER.size, socket.MSG_WAITALL)
    except ConnectionError:
        return None
    if len(order) < _ORDER.size:
        return None
    seed, number = _ORDER.unpack(order)
    return seed, number
