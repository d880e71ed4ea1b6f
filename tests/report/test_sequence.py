"""Wherever raids come in sequence it is said that "a raid" means all of them together, and where
decoys are killed that kills count them."""

from __future__ import annotations

from pathlib import Path

import pytest

import mcdefense
from mcdefense.report import brief, compared, screen, study_brief, study_screen
from mcdefense.report.brief.words import defence, question
from mcdefense.report.reading import read_result
from mcdefense.report.sides import Chosen
from mcdefense.statistics import Result, Side

TEXT = """
title = "Four raids"
run = { worlds = 2, trials_per_world = 20, seed = 1 }
threat.m = {}
threat.lure = { role = "decoy" }
raid.m = { class = "m", count = 3, start_s = 0, repeat = 4, every_s = 100 }
raid.lure = { class = "lure", count = 1, start_s = 0, repeat = 4, every_s = 100 }
interceptor.r = {}
battery.n = { magazine = { r = 20 } }
architecture.one = { join = "all" }
architecture.two = { set = { "battery.n.magazine.r" = 10 } }
[opportunities]
rows = [
  { threat = "m", battery = "n", interceptor = "r", launch_s = 0, intercept_s = 10, sspk = 0.5 },
  { threat = "lure", battery = "n", interceptor = "r", launch_s = 0, intercept_s = 10, sspk = 1 },
]
"""
NOTE = "'a raid' means all 4 raids of the sequence together"
KILLS = "Kills are of objects, decoys or friendlies among them: lure."


@pytest.fixture(scope="module")
def result() -> Result:
    return mcdefense.simulate(mcdefense.loads(TEXT))


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sequence") / "four.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_the_question_of_a_brief_names_the_sequence(result: Result) -> None:
    reading = read_result(result)
    against = "a sequence of 4 raids, together 12.0 live threats on average"
    assert question(reading) == (
        "Does the architecture 'two' let fewer threats through than 'one', with the same defence "
        f"of 1 battery against {against}?"
    )
    assert defence(reading) == f"1 battery stands against {against}, at the base."
    page = brief(result)
    assert f"Here {NOTE}.".replace("'", "&#x27;") in page


def test_one_architecture_is_asked_about_threats_of_the_sequence() -> None:
    one = TEXT.replace('architecture.two = { set = { "battery.n.magazine.r" = 10 } }', "")
    reading = read_result(mcdefense.simulate(mcdefense.loads(one)))
    assert question(reading) == (
        "How many threats of a sequence of 4 raids, together 12.0 live threats on average does "
        "one let through?"
    )


def test_tables_and_comparisons_say_it_once(result: Result) -> None:
    assert screen(result, "class").count(f"\n({NOTE})\n") == 1
    same = compared(*(Chosen(Path("seq.h5"), Side(result, a)) for a in (0, 1)))
    assert same.screen.count(f"\n  {NOTE}\n") == 1
    other = mcdefense.simulate(mcdefense.loads(TEXT.replace(", repeat = 4, every_s = 100", "")))
    two = compared(*(Chosen(Path("seq.h5"), Side(one, 0)) for one in (other, result)))
    lines = two.screen.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("compare: one"))
    assert lines[place + 1] == f"  {NOTE}"
    assert two.screen.count("'a raid'") == 1
    assert "'a raid'" not in screen(other, "class")


def test_a_study_says_it_and_that_points_have_other_numbers_of_raids(scenario: Path) -> None:
    changed = {f"raid.{wave}.repeat": 2 for wave in ("m", "lure")}
    repeated = mcdefense.sweep(scenario, cases={"half": changed})
    lines = study_screen(repeated).splitlines()
    note = "'a raid' means all raids, 4 at most, of the sequence together"
    assert lines.count(f"  {note}") == 1
    assert f"Here {note}.".replace("'", "&#x27;") in study_brief(repeated)
    asked = mcdefense.sweep(scenario, cases={"more": {"battery.n.magazine.r": 25}})
    assert study_screen(asked).splitlines().count(f"  {NOTE}") == 1


def test_kills_of_decoys_are_named_where_there_are_some(result: Result) -> None:
    for by in ("rounds", "battery"):
        assert KILLS in " ".join(screen(result, by).split())
    alone = TEXT.replace("sspk = 1 }", "sspk = 0 }")
    missed = mcdefense.simulate(mcdefense.loads(alone))
    assert "Kills are of" not in screen(missed, "rounds") + screen(missed, "battery")
