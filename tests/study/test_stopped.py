"""A study that is asked to stop, or is gone on with elsewhere: what it says, keeps and names."""

from __future__ import annotations

import socket
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from mcdefense import RunOptions
from mcdefense.run import Interrupted, Monitor, Progress
from mcdefense.statistics import Study
from mcdefense.store import read_study, write_study
from mcdefense.study import Asked, OptionsWorth, prepared, prepared_worth
from tests.support.command_line import names
from tests.support.same_study import same

ROUNDS = "battery.site.magazine.round"
OVER = {"raid.salvo.count": [2, 4, 5]}


class Watched:
    """A monitor that asks to stop after so many blocks; counts those that are run."""

    def __init__(self, after: int = 10**9) -> None:
        self.blocks = 0
        self.monitor = Monitor(self._count, lambda: self.blocks >= after)

    def _count(self, _: Progress) -> None:
        self.blocks += 1


def swept(
    table: Path,
    output: Path | None,
    watched: Watched,
    cases: dict[str, dict[str, int]] | None = None,
    *,
    resume: bool = False,
) -> Study:
    run = RunOptions(devices=1, batch=50, resume=resume)
    return prepared(table, output, None if cases else OVER, cases, (), run).run(watched.monitor)


def test_a_sweep_says_why_nothing_is_saved(table: Path, tmp_path: Path) -> None:
    with pytest.raises(Interrupted, match=r"^interrupted; nothing is saved, since no output was"):
        swept(table, None, Watched(3))
    for output in (None, tmp_path / "s.h5"):
        with pytest.raises(Interrupted, match=r"^interrupted before a trial was counted; nothing"):
            swept(table, output, Watched(0))
    assert names(tmp_path) == []


def bought(table: Path, output: Path | None, watched: Watched, *, resume: bool) -> OptionsWorth:
    """Of two options the worth and the order: the options together, then what is left alone."""
    options: dict[str, dict[str, object]] = {
        "rounds": {ROUNDS: 8},
        "channels": {"battery.site.channels": 3},
    }
    run = RunOptions(devices=1, batch=50, resume=resume)
    return prepared_worth(table, output, options, Asked(order=True), (), run).run(watched.monitor)


def test_worth_that_is_stopped_names_its_file_and_goes_on(table: Path, tmp_path: Path) -> None:
    """Each of two scenarios takes eight blocks, one for the base and the rounds side by side, one
    for the channels; the channels beside the rounds then eight more."""
    path, whole = tmp_path / "w.h5", Watched()
    expected = bought(table, None, whole, resume=False)
    assert whole.blocks == 24
    with pytest.raises(Interrupted) as error:
        bought(table, path, Watched(17), resume=False)
    told = "interrupted; its 3 points are saved, its answer is not; go on with `resume`"
    assert str(error.value) == f"{path}: {told}"
    assert names(tmp_path) == ["w.h5"]
    kept = read_study(path)
    assert kept.unfinished == ()
    assert "answer" not in kept.provenance
    rest = Watched()
    found = bought(table, path, rest, resume=True)
    assert rest.blocks == 8
    assert same(found.study, expected.study)
    assert [one.saved for one in found.order or ()] == [one.saved for one in expected.order or ()]
    with pytest.raises(Interrupted, match=r"^interrupted; nothing is saved, since no output was"):
        bought(table, None, Watched(17), resume=False)


def test_cases_that_say_the_same_are_simulated_once(table: Path, tmp_path: Path) -> None:
    """And not again by whoever goes on: of the base and three cases two are equal."""
    cases = {"one": {ROUNDS: 3}, "again": {ROUNDS: 3}, "other": {ROUNDS: 5}}
    path = tmp_path / "s.h5"
    made = swept(table, path, Watched(), cases)
    rest = Watched()
    assert same(swept(table, path, rest, cases, resume=True), made)
    assert rest.blocks == 0
    assert np.array_equal(made.points[1].tally["leaked"], made.points[2].tally["leaked"])
    fewer = {"other": cases["other"], "one": cases["one"]}
    found = swept(table, path, rest, fewer, resume=True)
    assert rest.blocks == 0
    assert np.array_equal(found.points[2].tally["leaked"], made.points[1].tally["leaked"])


def test_a_study_names_the_hosts_of_all_its_points(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped within the second of three points, each of eight blocks, and gone on with elsewhere:
    that point names both hosts, as a run does, and the study those of its points."""
    path = tmp_path / "s.h5"
    monkeypatch.setattr(socket, "gethostname", lambda: "first")
    with pytest.raises(Interrupted):
        swept(table, path, Watched(10))
    monkeypatch.setattr(socket, "gethostname", lambda: "second")
    study = swept(table, path, Watched(), resume=True)
    hosts = [point.provenance["host"] for point in study.points]
    assert hosts == ["first", "first, second", "second"]
    assert study.provenance["host"] == "first, second"
    kept = read_study(path)
    assert kept.provenance["host"] == "first, second"
    point = kept.points[0]
    point.provenance.update(device="a card", created="2001-01-01T00:00:00+00:00", history="old")
    write_study(kept, path)
    again = swept(table, path, Watched(), resume=True).provenance
    device = str(study.provenance["device"])
    assert again["device"] == ", ".join(sorted({"a card", *device.split(", ")}))
    assert again["created"] == max(str(one.provenance["created"]) for one in study.points)
    newer = (str(one.provenance["history"]).splitlines() for one in study.points[1:])
    assert set(str(again["history"]).splitlines()) == {"old", *chain(*newer)}
