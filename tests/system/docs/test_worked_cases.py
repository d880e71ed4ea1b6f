"""Every rule has a name and a worked case, and the engine counts what the case says."""

from __future__ import annotations

import tomllib
from fractions import Fraction

import pytest

import mcdefense
from tests.system.docs.pages import blocks
from tests.system.docs.rule_names import TEXTS, rules
from tests.system.docs.timelines import LEGEND, timeline, with_timelines
from tests.system.docs.worked_cases import CLASSES, Case, Expected, cases, differs, replay

CASES = [case for name, text in TEXTS.items() for case in cases(text, name)]
SHOWN_WITH_ANOTHER = {8: 5}
"""Rules whose worked case stands with another rule."""
NUMBERS = range(1, 44)


def test_every_rule_has_a_name_and_a_worked_case() -> None:
    told = rules()
    assert sorted(told) == list(NUMBERS)
    worked = {case.rule for case in CASES}
    for number, (name, section) in told.items():
        by_python = any(block.language == "python" for block in blocks(section, name))
        elsewhere = SHOWN_WITH_ANOTHER.get(number) in told
        assert f"{name} ({number})" in worked or by_python or elsewhere, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.block.place.partition(", ")[2])
def test_a_worked_case_counts_what_it_says(case: Case) -> None:
    """Exactly where the number is whole; else within 4 standard errors of a probability."""
    document = tomllib.loads(case.block.text)
    assert set(document["threat"]) <= set(CLASSES)
    assert {n.architecture for n in case.expected} == set(document["architecture"])
    mcdefense.loads(case.block.text, name=case.block.place)
    replayed = replay(case)
    wrong = [
        f"{n.architecture}: {n.count} of {n.of}: counted {float(found)}, the page says {n.mean}"
        for n in case.expected
        if differs(n, found := replayed.mean(n), case.trials)
    ]
    assert wrong == [], case.block.place


@pytest.mark.parametrize("name", list(TEXTS))
def test_the_pictures_of_the_cases_are_theirs(name: str) -> None:
    """Each case with several times has its timeline before it, which renew.py draws."""
    assert with_timelines(TEXTS[name]) == TEXTS[name]


def test_a_timeline_shows_tracks_launches_and_intercepts_in_order() -> None:
    case = """
    interceptor.round = {}
    tracks.rows = [{ sensor = "eye", threat = "missile", time_s = 5, probability = 0.5 }]
    [[opportunities.rows]]
    threat = "missile"
    battery = "north"
    launch_s = 7
    intercept_s = 9
    """
    assert timeline(tomllib.loads(case)).splitlines() == [
        "                        5 s   7 s   9 s",
        "eye sees missile: 0.5   t",
        "north at missile              o-----x",
        LEGEND,
    ]


def test_a_wrong_number_is_found() -> None:
    """A page that says another number than the engine counts fails."""
    (case,) = [case for case in CASES if case.rule == "presence (7)"]
    replayed = replay(case)
    for mean, wrong in ((Fraction(4, 5), False), (Fraction(7, 10), True), (Fraction(1), True)):
        number = Expected("one", "leaked", ("missile",), mean)
        assert differs(number, replayed.mean(number), case.trials) == wrong


def test_numbers_that_cannot_be_read_are_found() -> None:
    table = "| a raid | one |\n| --- | ---: |\n| `leekers` | 1 |\n"
    page = f"## a (1)\n\n```toml case\nx = 1\n```\n\n{table}"
    with pytest.raises(AssertionError, match="leekers is no count"):
        cases(page, "page")
    with pytest.raises(AssertionError, match="a case without its numbers"):
        cases(page.replace("| a raid", "| what"), "page")
