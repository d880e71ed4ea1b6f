"""Processes that build worlds and end: which worlds are charged, and who takes their place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from mcdefense.errors import McdefenseError
from mcdefense.run import builders
from mcdefense.run.builders import Builders, Here
from mcdefense.run.building import Built, Ended
from mcdefense.scenario import loads
from mcdefense.schedule import Builder
from tests.support.small_scenarios import LAYDOWN


class Process:
    """Stands in for a process: builds a world as `does` says, one at a time in their order."""

    made: list[Process]
    does: Callable[[Process, int], None]

    def __init__(self, *_: object) -> None:
        self.number = len(self.made)
        self.made.append(self)
        self._order, self.is_dead, self.asked_in_vain = threading.Lock(), False, 0

    def build(self, number: int) -> Any:
        with self._order:
            is_first = not self.is_dead
            if is_first:
                type(self).does(self, number)
            self.asked_in_vain += not is_first
            if self.is_dead:
                raise Ended("ended by SIGKILL", building=is_first)
            return Built("world", f"schedule {number}", 0.01)  # type: ignore[arg-type]

    def kill(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[Process]:
    class Own(Process):
        made: list[Process] = []  # noqa: RUF012

    monkeypatch.setattr(builders, "BuilderProcess", Own)
    monkeypatch.setattr(builders, "bytes_of", lambda _: 1)
    return Own


def line(asked: int | None = 1, cores: int = 1) -> Builders:
    return Builders(Here(Builder(loads(LAYDOWN)), 1), asked, cores, lambda _: None)


def numbers(some: Builders, last: int) -> list[Any]:
    with closing(some.built(list(range(1, last)))) as worlds:
        return [schedule for _, schedule, _ in worlds]


def test_a_world_that_only_waited_is_not_charged(fake: type[Process]) -> None:
    """Two processes are killed, each at another world: the second of these waited at the first."""
    at = {0: 1, 1: 2}

    def does(process: Process, number: int) -> None:
        process.is_dead = at.get(process.number) == number

    fake.does = does
    assert numbers(line(), 6) == [f"schedule {number}" for number in range(1, 6)]
    assert len(fake.made) == 3


def test_a_world_that_ends_two_processes_ends_the_run(fake: type[Process]) -> None:
    def does(process: Process, number: int) -> None:
        process.is_dead = number == 3

    fake.does = does
    with pytest.raises(McdefenseError, match="world 3: a process that builds it ended by SIGKILL"):
        numbers(line(), 6)
    assert len(fake.made) >= 2


def test_a_process_that_was_replaced_is_given_no_further_world(
    fake: type[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the thread that has built its last world hands it back after it was replaced."""
    ended, handed_back = threading.Event(), threading.Event()

    def does(process: Process, number: int) -> None:
        process.is_dead = process.number == 0 and number == 2
        if process.number:  # while it builds its first, others still wait for whoever is free
            handed_back.wait(30)

    fake.does = does
    known = vars(Builders)
    hand_back, replace = known["_hand_back"], known["_replace"]

    def late(self: Builders, builder: Any, seconds: float | None) -> None:
        if builder.number == 0:
            ended.wait(30)
        hand_back(self, builder, seconds)
        if builder.number == 0:
            handed_back.set()

    def replaced(self: Builders, process: Any, job: Any, end: str) -> None:
        replace(self, process, job, end)
        ended.set()

    monkeypatch.setattr(Builders, "_hand_back", late)
    monkeypatch.setattr(Builders, "_replace", replaced)
    assert len(numbers(line(), 9)) == 8
    first, _ = fake.made
    assert first.asked_in_vain == 0


def test_no_process_is_started_once_a_run_is_told_to_stop(
    fake: type[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, busy = threading.Event(), threading.Event()

    class Slow(Here):
        def build(self, number: int) -> Built:
            built = super().build(number)
            if number == 2:
                busy.set()
                slow.wait(30)
            return built._replace(seconds=1.0)

    monkeypatch.setattr(builders, "WORTH_S", 1e9)
    worlds = Builders(Slow(Builder(loads(LAYDOWN)), 1), None, 2, lambda _: None).built(
        list(range(1, 99))
    )
    next(worlds)
    assert busy.wait(30)
    monkeypatch.setattr(builders, "WORTH_S", 1e-3)
    closer = threading.Timer(0.2, slow.set)
    closer.start()
    worlds.close()
    closer.join()
    assert fake.made == []
