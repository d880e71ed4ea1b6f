"""The brief of a study: what was varied, what the answer becomes, and where it turns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense.report import study_brief
from mcdefense.report.brief.study_page import answer, turns
from mcdefense.report.brief.tables import change_text, interval_text
from mcdefense.report.brief.words import in_words
from mcdefense.report.reading import Interval
from mcdefense.report.studies.reading import StudyReading
from mcdefense.report.studies.screen import points_screen
from mcdefense.report.studies.withstood import largest
from mcdefense.scenario import loads
from mcdefense.statistics import (
    Criterion,
    RoundsWorth,
    Study,
    StudyAxis,
    WithstoodAnswer,
    WorthAnswer,
    saved,
    with_answer,
    with_estimates,
    withstood,
)
from mcdefense.store import write_study
from tests.report.brief.test_brief import MOST_BYTES, Page
from tests.support.browser import axe_core, needs_browser, seen
from tests.support.raid_result import raid_result
from tests.support.small_scenarios import TABLE
from tests.support.spoilt_result import SCRIPT

KNOWN: dict[str, str | int | float] = {
    "title": "One area, two batteries",
    "source": "a test",
    "history": "a test",
    "marking": "NOTIONAL",
    "seed": 1,
    "worlds": 16,
    "trials_per_world": 200,
    "baseline": "separate",
    "compare": "sectors",
}
SCALES = (0.5, 1.0, 1.5)
PATH = "raid.scale"


def study_of(axis: StudyAxis, **known: str | int | float) -> Study:
    points = tuple(raid_result(scale=scale) for scale in SCALES)
    return with_estimates(Study((axis,), points, 1, {}, KNOWN | known))


@pytest.fixture(scope="module")
def study() -> Study:
    return study_of(StudyAxis("raid_scale", PATH, SCALES))


def with_differences(study: Study, *values: float) -> StudyReading:
    """The study with these differences of the headline, each within 0.5 of its value."""
    pair = StudyReading(study).pair
    changed = dict(study.estimates)
    for end, more in (("", 0.0), ("_low", -0.5), ("_high", 0.5)):
        name = f"difference_expected_leakers{end}"
        changed[name] = changed[name].copy()
        changed[name][:, pair] = np.array(values) + more
    return StudyReading(replace(study, estimates=changed))


def test_it_tells_the_best_and_the_worst_point_and_where_the_sign_turns(study: Study) -> None:
    reading = with_differences(study, 2.0, 0.1, -3.0)
    first, itself, *_ = answer(reading)
    assert first == (
        "sectors minus separate, in leakers a raid, where below zero is fewer, is least with "
        "-3.0 (-3.5 to -2.5) at raid.scale = 1.5, and greatest with 2.0 (1.5 to 2.5) at "
        "raid.scale = 0.5."
    )
    leakers = reading.of_line("expected_leakers", (), reading.compare)
    least, greatest = interval_text(leakers[0]), interval_text(leakers[2])
    assert itself == (
        f"That is their difference. Of what leaks under sectors itself, the fewest are {least} at "
        f"raid.scale = 0.5, and the most {greatest} at raid.scale = 1.5."
    )
    assert next(turns(reading)) == (
        "Between raid.scale = 1 and 1.5 it turns, though not clearly at 95 %: from there on "
        "sectors lets fewer through."
    )


@pytest.mark.parametrize(
    ("values", "side"),
    [
        ((-1.0, -2.0, -0.2), "sectors lets fewer through at all 3 points, clearly at 95 % at 2"),
        ((1.0, 2.0, 3.0), "separate lets fewer through at all 3 points, clearly at 95 % at all"),
        ((0.0, 0.1, 0.4), "separate lets fewer through at 2 of 3 points, clearly at 95 % at none"),
    ],
)
def test_it_says_which_is_better_if_nothing_turns(
    study: Study, values: tuple[float, ...], side: str
) -> None:
    reading = with_differences(study, *values)
    said = "The sign does not turn between any two neighbours along raid.scale"
    assert list(turns(reading)) == [f"{said}: {side} of them."]
    printed = " ".join(points_screen(reading.study).split())
    assert f"CROSSINGS none between the points of the grid: {side} of them" in printed


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "battery.hill.magazine.medium_sam",
            "the number of rounds of medium sam in the magazine of battery hill",
        ),
        ("battery.hill.reaction_s", "reaction s of battery hill"),
        ("architecture.all.network.availability", "the availability of the network of all"),
        ("doctrine.late.salvo", "doctrine.late.salvo"),
    ],
)
def test_a_path_is_said_in_words_where_it_can_be(path: str, said: str) -> None:
    assert in_words(path) == said


def test_a_study_says_what_its_defence_is() -> None:
    scenario = loads(TABLE)
    result = mcdefense.simulate(scenario, worlds=2, trials_per_world=8)
    study = study_of(StudyAxis("raid_scale", PATH, SCALES), compare="together", baseline="alone")
    page = study_brief(with_estimates(replace(study, points=(result,) * 3)))
    said = Page(page).words
    assert "1 battery stands against a raid of 4.00 live threats on average, at the base." in said
    assert "alone: 1 battery, each under its own fire control" not in said
    assert "alone: 1 battery under its own fire control." in said


def test_points_without_a_difference_are_said_to_be_alike(study: Study) -> None:
    assert with_differences(study, 0.0, 0.0, 0.0).side(()) == (
        "both let as many through at every point"
    )


def test_the_page_has_question_answer_numbers_and_limits(study: Study) -> None:
    page = study_brief(study)
    said = Page(page).words
    leakers = study.estimates["expected_leakers"]
    for part in (
        "What if the size of the raid, against that of the scenario, is 0.5, 1, 1.5? (In the "
        "scenario: raid.scale.)",
        "What would change the answer",
        "The base is raid.scale = 1.",
        next(answer(StudyReading(study))),
        "Nothing was simulated between the points.",
        "3 points of 16 worlds x 200 trials, seed 1",
    ):
        assert part in said, part
    assert f"{leakers[2, 0]:.1f} (" in said
    assert said.count("NOTIONAL") >= 2
    assert len(page) < MOST_BYTES
    assert "script" not in Page(page).tags


def test_what_was_asked_of_sizes_and_found_is_told(study: Study) -> None:
    criterion = Criterion("expected_leakers", 2.0)
    found = withstood(study, criterion)
    page = study_brief(with_answer(study, WithstoodAnswer(criterion)))
    said = Page(page).words
    sizes = "; ".join(
        f"{name}: {largest(found[study.architectures.index(name)], whole=False)}"
        for name in ("separate", "sectors")
    )
    for part in (
        "A raid is withstood with 2 leakers a raid or fewer, if every smaller one is.",
        "The raid grows at its mix, raid.scale; sizes that were run are 0.5, 1, 1.5.",
        f"The largest raid withstood, as raid.scale, is for {sizes}.",
        "Largest raid withstood with 2 leakers a raid or fewer",
        "What sectors withstands minus what separate withstands is ",
    ):
        assert part in said, part
    assert "What if" not in said


def test_what_options_are_worth_is_told() -> None:
    study = study_of(StudyAxis("case", "", ("base", "ship", "medium")))
    rounds = RoundsWorth("long_sam", 9, 1, 9, 9, (0, 9), ((5, 4, 6), (3, 2, 4)), (4, 3, 5))
    order = (("medium", (0.5, 0.25, 0.75)), ("ship", (0.25, 0.0, 0.5)))
    options = (("ship", 8.0), ("medium", None))
    page = study_brief(with_answer(study, WorthAnswer(options, rounds, "sectors", order)))
    said = Page(page).words
    for part in (
        "How many leakers a raid does each of these options save: ship (cost 8.00), medium?",
        "How many more rounds of long_sam does separate need to leak no more than sectors does",
        "In which order should sectors buy the options?",
        "Separate needs 1 to 9 (1 to 9) more rounds of long_sam to leak no more than sectors does "
        "as it is, 4.0 (3.0 to 5.0) leakers a raid.",
        "Sectors should buy medium, then ship:",
        "Leakers saved a raid for a unit of cost",
        "no cost given",
        "+0.50 ±0.25",
    ):
        assert part in said, part
    saves = change_text(Interval(*saved(study, 2, study.architectures.index("sectors"))))
    assert saves in said
    assert "What if" not in said


def test_names_are_text() -> None:
    page = study_brief(study_of(StudyAxis("case", "", ("base", SCRIPT, "other")), title=SCRIPT))
    assert "script" not in Page(page).tags
    assert SCRIPT in Page(page).words


def test_the_command_takes_the_file_of_a_study(study: Study, tmp_path: Path) -> None:
    file = tmp_path / "s.h5"
    write_study(study, file)
    made = mcdefense.brief(file, tmp_path / "s.html")
    assert made == (tmp_path / "s.html").read_text(encoding="utf-8")
    assert next(answer(StudyReading(study))) in Page(made).words


@needs_browser
@pytest.mark.parametrize("width", [420, 1100])
def test_a_browser_finds_no_fault(study: Study, width: int, tmp_path: Path) -> None:
    found = seen(study_brief(study), tmp_path, width)
    assert (found.console, found.requests, found.wide) == ([], [], False)
    assert found.faults == (None if axe_core() is None else [])
