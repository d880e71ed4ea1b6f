"""The figure of a study draws what was asked about, and below it the paired differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mcdefense.report import study_brief
from mcdefense.report.figures import draw_study
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import (
    Criterion,
    Study,
    StudyAxis,
    WithstoodAnswer,
    WorthAnswer,
    with_answer,
    with_estimates,
)
from tests.report.brief.test_brief import Page
from tests.report.figures.test_pages import hold_apart
from tests.support.raid_result import raid_result

SIZES = (0.25, 1.0, 0.5)
KNOWN: dict[str, Any] = {
    "title": "One area",
    "marking": "NOTIONAL",
    "seed": 1,
    "worlds": 16,
    "trials_per_world": 200,
    "baseline": "sectors",
    "compare": "shared_warning",
}


def study_of(*axes: StudyAxis, architectures: int = 3, **known: Any) -> Study:
    number = int(np.prod([len(axis.values) for axis in axes]))
    sizes = [SIZES[n % 3] for n in range(number)]
    points = tuple(raid_result(architectures, scale=size, **KNOWN) for size in sizes)
    return with_estimates(Study(axes, points, 1, {}, KNOWN | known))


@pytest.fixture(scope="module")
def sizes() -> Study:
    return study_of(StudyAxis("raid_scale", "raid.scale", SIZES))


def values(line: Any) -> list[float]:
    return [float(y) for y in line.get_ydata()]


@pytest.mark.parametrize(
    ("estimate", "scale", "limit"), [("p_no_leakers", 100.0, 0.25), ("expected_leakers", 1.0, 2.0)]
)
def test_it_draws_what_was_asked_about(
    sizes: Study, estimate: str, scale: float, limit: float
) -> None:
    """Curves stand in the order of the sizes, and the criterion is a line across."""
    study = with_answer(sizes, WithstoodAnswer(Criterion(estimate, limit)))
    upper, lower = draw_study(study).axes
    rising = [0, 2, 1]
    for a in range(3):
        wanted = scale * study.estimates[estimate][rising, a]
        assert values(upper.lines[a]) == pytest.approx(list(wanted))
    assert values(upper.lines[3]) == pytest.approx([scale * limit] * 2)
    pairs = study.points[0].pairs
    for line, a in zip(lower.lines, (0, 2), strict=False):
        sign = 1 if (1, a) in pairs else -1
        pair = pairs.index((1, a) if sign > 0 else (a, 1))
        wanted = sign * scale * study.estimates[f"difference_{estimate}"][rising, pair]
        assert values(line) == pytest.approx(list(wanted))
    assert values(lower.lines[2]) == [0, 0]
    words = "P(no leaker)" if scale > 1 else "Leakers a raid"
    assert upper.get_ylabel() == (f"{words} [%]" if scale > 1 else words)
    texts = [text.get_text() for text in upper.figure.texts]
    assert f"criterion, {scale * limit:g} %".removesuffix(" %" * (scale == 1)) in texts
    said = Page(study_brief(study)).words
    assert f"Figure 1: {words} along raid.scale" in said


def test_the_baseline_is_hollow_and_above_the_others(sizes: Study) -> None:
    upper, _ = draw_study(sizes).axes
    faces = [line.get_markerfacecolor() for line in upper.lines[:3]]
    assert [face == "#FFFFFF" for face in faces] == [False, True, False]
    assert max(upper.lines[:3], key=lambda line: line.get_zorder()) is upper.lines[1]


def test_only_the_headline_has_bands_and_ticks_are_the_points(sizes: Study) -> None:
    for axes, bands, bars in zip(draw_study(sizes).axes, (2, 1), (1, 1), strict=True):
        kinds = [type(one).__name__ for one in axes.collections]
        assert kinds.count("LineCollection") == bars
        assert len(kinds) - bars == bands
        assert axes.get_xticks().tolist() == sorted(SIZES)
    assert axes.get_xlabel() == "raid.scale [times every count]"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.25", "0.5", "1"]


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("battery.north.magazine.medium_sam", "battery.north.magazine.medium_sam [rounds]"),
        ("battery.*.reaction_s", "battery.*.reaction_s [s]"),
        ("raid.drones.count", "raid.drones.count [objects]"),
        ("battery.north.channels", "battery.north.channels"),
    ],
)
def test_the_axis_has_its_unit(path: str, label: str) -> None:
    study = study_of(StudyAxis("x", path, (12, 24, 36)), architectures=1)
    (axes,) = draw_study(study).axes
    assert axes.get_xlabel() == label
    assert axes.get_xticks().tolist() == [12, 24, 36]


def test_options_stand_side_by_side() -> None:
    study = study_of(StudyAxis("case", "", ("base", "ship", "radar")))
    answer = WorthAnswer((("ship", None), ("radar", None)), None, "sectors", None)
    for found, word in ((with_answer(study, answer), "option"), (study, "case")):
        figure = draw_study(found)
        texts = " ".join(text.get_text() for text in figure.texts)
        assert f"Leakers a raid by {word}; fewer is better" in texts
        assert "The base is the scenario as it stands." in texts
        assert figure.axes[-1].get_xlabel() == word
        first = [float(np.asarray(line.get_xdata())[0]) for line in figure.axes[0].lines[:3]]
        assert np.diff(first) == pytest.approx([1 / 6, 1 / 6])


def test_no_two_texts_overlap() -> None:
    long = "architecture.a_rather_long_name.network.availability"
    grids = [
        (StudyAxis("a", long, (0.25, 0.5, 1.0)), StudyAxis("b", f"{long}_s", (1.0, 1.001, 2.0))),
        (StudyAxis("a", "raid.scale", (0.5, 0.5001, 0.5002)),),
        (StudyAxis("case", "", ("base", "n" * 70, "a name" * 9)),),
    ]
    for axes in grids:
        for architectures in (1, 6):
            hold_apart(draw_study(study_of(*axes, architectures=architectures)))


def turning(sizes: Study, margin: float) -> Study:
    """The study with a headline that changes places between the sizes 0.25 and 0.5."""
    reading = StudyReading(sizes)
    changed = dict(sizes.estimates)
    for end, more in (("", 0.0), ("_low", -margin), ("_high", margin)):
        array = changed[f"difference_expected_leakers{end}"].copy()
        array[:, reading.pair] = np.array([-1.0, 2.0, 1.0]) + more
        changed[f"difference_expected_leakers{end}"] = array
    return Study(sizes.axes, sizes.points, 1, changed, sizes.provenance)


def test_a_crossing_that_is_not_clear_has_no_line(sizes: Study) -> None:
    turned = turning(sizes, 1.5)
    assert [one.clear for one in StudyReading(turned).crossings(())] == [False]
    figure = draw_study(turned)
    assert [len(axes.lines) for axes in figure.axes] == [3, 3]
    assert "A dotted line" not in " ".join(text.get_text() for text in figure.texts)


def test_a_sweep_marks_where_the_headline_clearly_changes_places(sizes: Study) -> None:
    turned = turning(sizes, 0.1)
    upper, _ = draw_study(turned).axes
    assert [np.asarray(line.get_xdata())[0] for line in upper.lines[3:]] == [0.375]
    assert "A dotted line" in " ".join(text.get_text() for text in upper.figure.texts)
    asked = with_answer(turned, WithstoodAnswer(Criterion("p_no_leakers", 0.5)))
    assert len(draw_study(asked).axes[0].lines) == 4  # three curves and the criterion
