"""What `worth` says of options that save about as much, and of joining itself, counted by hand."""

from __future__ import annotations

from mcdefense.report import study_brief, study_json, study_screen
from mcdefense.statistics import (
    RoundsWorth,
    Study,
    StudyAxis,
    WorthAnswer,
    not_told_apart,
    with_answer,
    with_estimates,
)
from tests.report.brief.test_brief import Page
from tests.statistics.test_change_of_difference import APART, point

NAMES = ("base", "steady", "lucky", "void")
APART_, JOINED = "architecture_0", "architecture_1"


def options(rounds: RoundsWorth | None = None) -> Study:
    """Joined lets one leaker fewer through in each world. With the option `steady` it is three,
    so that it saves two under joined, with `lucky` one and four by turns, which saves 1.5 in the
    mean of 0 and 3, and with `void` still one."""
    apart = [level + 4 for level in APART]
    fewer = ([1] * 8, [3] * 8, [1, 4] * 4, [1] * 8)
    points = tuple(point(one, apart) for one in fewer)
    size: dict[str, str | int | float] = {"seed": 1, "worlds": 8, "trials_per_world": 50}
    study = with_estimates(Study((StudyAxis("case", "", NAMES),), points, 0, {}, size))
    named = tuple((name, None) for name in NAMES[1:])
    return with_answer(study, WorthAnswer(named, rounds, JOINED, None))


def test_options_that_differ_by_luck_alone_are_not_put_in_an_order() -> None:
    """Steady less lucky saves 2 or -1 by turns, 0.5 ± 2.36 x 1.6 / 8^.5 = 1.3; steady less void
    saves 2 in each world. Of what is apart nothing is changed by any of them."""
    study = options()
    assert not_told_apart(study, 1, [2, 3], 1) == [2]
    assert not_told_apart(study, 2, [1, 3], 1) == [1]
    assert not_told_apart(study, 1, [2, 3], 0) == [2, 3]
    text = " ".join(study_screen(study).split())
    said = "not clear at 95 % that it saves more than lucky)"
    assert f"(most under {JOINED}: steady, +2.000 ±0.007; {said}" in text
    numbers = study_json(study)["answer"]
    assert numbers["best"] == {"option": "steady", "not_clearly_more_than": ["lucky"]}
    page = Page(study_brief(study)).words
    assert "It is not clear at 95 % that steady saves more than lucky." in page


def test_what_joining_saves_stands_beside_the_options() -> None:
    """One leaker in each of 400 trials, known but for two imagined trials."""
    study = options()
    text = " ".join(study_screen(study).split())
    said = f"{JOINED} saves +1.000 ±0.007 leakers a raid against {APART_} with no option bought"
    assert f"{said}, paired" in text
    assert study_json(study)["answer"]["joining"][0] == 1.0
    page = Page(study_brief(study)).words
    said = f"With no option bought {JOINED} saves +1.000 ±0.007 leakers a raid against {APART_}"
    assert f"{said}, paired." in page


def test_numbers_that_were_not_tried_are_told_how() -> None:
    """Of rounds of which 5 are enough and 1 to 4 were not tried a smaller limit tries each; where
    20 are needed no limit does."""
    one = (1.0, 0.9, 1.1)
    for enough, told in ((5, "; --most-rounds 5 tries each number more rounds"), (20, " go more")):
        tried = (0, enough, 2 * enough)
        rounds = RoundsWorth("shot", enough, 1, enough, 2 * enough, tried, (one,) * 3, one)
        text = " ".join(study_screen(options(rounds)).split())
        assert f"needs 1 to {enough} (1 to {enough}) more rounds" in text
        assert f"as far as whole rounds go{told.removeprefix(' go')}" in text
