"""A study says what was set for all its points, and what they fix that the scenario draws, or sets
for an architecture."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest

import mcdefense
from tests.support.command_line import command
from tests.support.small_scenarios import TABLE

KILL, REACTION = "interceptor.round.against.warhead.sspk", "battery.*.reaction_s"
DRAWN = f"""{TABLE}
set = {{ "{REACTION}" = 3 }}
[uncertainty.kill]
paths = ["{KILL}"]
distribution = "uniform"
low = 0.5
high = 0.9
"""
NO_DRAW = "[uncertainty.kill] no longer draws it"
NO_SET = "the `set` of [architecture.together] no longer gives 3"
FEW = ("--worlds", "2", "--trials-per-world", "20", "--quiet")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drawn") / "drawn.toml"
    path.write_text(DRAWN, encoding="utf-8")
    return path


def shown(path: Path) -> tuple[str, list[str]]:
    """The opening of a file's screen on one line, and the notes of its JSON."""
    opening = command("show", path).stdout.partition("\n\n")[0]
    assert all(len(line) <= 80 for line in opening.splitlines())
    numbers = json.loads(command("show", path, "--json").stdout)
    assert numbers.get("answer", numbers)["override_notes"] == numbers["override_notes"]
    assert numbers.get("answer", numbers)["overrides"] == numbers["overrides"]
    said = ", ".join(numbers["overrides"])
    assert ("set from outside the file: " + said in " ".join(opening.split())) == bool(said)
    if said:
        assert f"set from outside the file</th><td>{escape(said)}</td>" in mcdefense.brief(path)
    return " ".join(opening.split()), numbers["override_notes"]


def numbers_of(path: Path) -> dict[str, list[str]]:
    numbers: dict[str, list[str]] = json.loads(command("show", path, "--json").stdout)
    return numbers


def test_a_grid_says_it_once_for_all_points(drawn: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    axes = [f"--over={KILL}=0,0.5", f"--over={REACTION}=0,2", "--over=raid.salvo.count=2,4"]
    assert command("sweep", drawn, "-o", path, *axes, *FEW).exit_code == 0
    opening, notes = shown(path)
    one, other = f"{KILL}: fixed at each point's value; {NO_DRAW}", f"{REACTION}: fixed at each"
    assert notes == [one, f"{other} point's value; {NO_SET}"]
    assert all(note in opening for note in notes)


def test_cases_say_it_by_name(drawn: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    cases = [f"--case=sure={KILL}=0.8", f"--case=slow={REACTION}=4", "--case=few=raid.scale=0.5"]
    everywhere = ["--set", "battery.site.hold_s=1"]
    assert command("sweep", drawn, "-o", path, *cases, *everywhere, *FEW).exit_code == 0
    sure, slow = f"{KILL}: fixed at 0.8; {NO_DRAW}", f"{REACTION}: fixed at 4; {NO_SET}"
    assert shown(path)[1] == [f"sure: {sure}", f"slow: {slow}"]
    assert mcdefense.read_study(path).points[0].provenance["overrides"] == "battery.site.hold_s = 1"
    assert numbers_of(path)["overrides"] == ["battery.site.hold_s = 1"]
    of_run = mcdefense.load(drawn, {KILL: 0.8})
    assert mcdefense.simulate(of_run, worlds=2, trials_per_world=20).provenance[
        "override_notes"
    ] == json.dumps([sure])


def test_the_answers_of_worth_and_withstand_say_it_too(drawn: Path, tmp_path: Path) -> None:
    worth, withstood = tmp_path / "w.h5", tmp_path / "r.h5"
    option = f"--option=better={KILL}=0.8"
    assert command("worth", drawn, "-o", worth, option, *FEW).exit_code == 0
    assert shown(worth)[1] == [f"better: {KILL}: fixed at 0.8; {NO_DRAW}"]
    sizes = ["--leakers", "1", "--over=raid.scale=0.5,1", "--refine", "0", "--set", f"{KILL}=0.7"]
    assert command("withstand", drawn, "-o", withstood, *sizes, *FEW).exit_code == 0
    assert shown(withstood)[1] == [f"{KILL}: fixed at 0.7; {NO_DRAW}"]
    assert numbers_of(withstood)["overrides"] == [f"{KILL} = 0.7"]


def test_what_takes_nothing_is_not_said(drawn: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    command("sweep", drawn, "-o", path, "--over=battery.site.hold_s=0,1", *FEW)
    opening, notes = shown(path)
    assert (notes, "fixed" in opening) == ([], False)
    assert numbers_of(path)["overrides"] == []
