"""What a figure draws are the numbers of the result."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from mcdefense.report.by_time import losses_of
from mcdefense.report.causes import CAUSES
from mcdefense.report.figures import draw
from mcdefense.report.figures.style import COLOURS, HATCHES, MARKERS, PARTS
from mcdefense.report.figures.worlds import world_verdicts
from mcdefense.report.reading import leakers_by_cause, read_result
from mcdefense.statistics import OUTCOMES, Result, driven, estimate, with_provenance
from tests.statistics.counted_by_hand import count
from tests.support.raid_result import ARCHITECTURES, raid_result, with_losses

_LOST = ("batteries_lost", "sensors_lost")


def dots(axes: Any) -> list[float]:
    """Values of single marks in a panel of rows."""
    return [float(line.get_xdata()[0]) for line in axes.lines if len(line.get_xdata()) == 1]


def bars(axes: Any) -> list[tuple[float, float, float]]:
    """Left end, width and height of every bar."""
    return [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in axes.patches]


def test_leak_draws_every_estimate_and_every_difference() -> None:
    result = raid_result(architectures=3, classes=4)
    leaks, changes = draw(result, "leak").axes
    expected = [100 * result["leak_probability"][a, c] for c in range(4) for a in range(3)]
    expected += [100 * x for x in result["leak_probability_total"]]
    assert dots(leaks) == pytest.approx(expected)
    reading = read_result(result)
    names = [("difference_leak_probability", c) for c in range(4)]
    wanted = [
        100 * reading.difference(name, 0, a, c).value for name, c in names for a in (1, 2)
    ] + [100 * reading.difference("difference_leak_probability_total", 0, a).value for a in (1, 2)]
    assert dots(changes) == pytest.approx(wanted)
    assert min(wanted) < 0  # an architecture that lets fewer through lies left of the line


def test_losses_are_those_so_far_by_the_end_of_each_bin() -> None:
    result = with_losses(raid_result(architectures=2))
    tally, trials = result.tally, result.tally.trials
    drawn = [axes.lines for axes in draw(result, "losses").axes]
    assert [len(lines) for lines in drawn] == [3, 3, 3]  # two curves, and a window of loss
    minutes = np.append(tally.axes.time, 3600) / 60
    counts = (tally["leakers_by_time"].sum(1), *(tally[n].sum(0) for n in _LOST))
    for lines, by_time in zip(drawn, counts, strict=True):
        for a in (0, 1):
            assert np.asarray(lines[a].get_xdata()) == pytest.approx(minutes)
            so_far = np.append(0, np.cumsum(by_time[a])) / trials
            assert np.asarray(lines[a].get_ydata()) == pytest.approx(so_far)
        assert np.asarray(lines[2].get_xdata()).tolist() == [10, 20]


def test_all_leakers_so_far_are_the_leakers_of_a_raid_plans_by_their_weights() -> None:
    result = raid_result(worlds=6, plan_weights='{"night": 0.9, "far": 0.1}')
    result.plan[:] = ["night", "far", "night", "night", "far", "night"]
    result = with_provenance(result)
    losses = losses_of(read_result(result))
    for name, values in (("", losses.leakers), ("_low", losses.low), ("_high", losses.high)):
        wanted = result[f"expected_leakers{name}"]
        assert values[:, -1] == pytest.approx(wanted, rel=1e-12)
    assert (np.diff(losses.leakers) >= 0).all()
    unweighted = result.tally["leaked"][..., -1].sum(0) / result.tally.trials
    assert (abs(losses.leakers[:, -1] / unweighted - 1) > 1e-3).all()


def test_losses_are_one_panel_where_the_defence_itself_is_never_lost() -> None:
    assert len(draw(raid_result(), "losses").axes) == 1


def test_what_never_leaked_is_an_arrow_on_a_logarithmic_axis() -> None:
    result = raid_result(classes=4, architectures=2)
    result.estimates["leak_probability"][1, 0] = 0.0
    result.estimates["leak_probability_low"][1, 0] = 0.0
    result.estimates["leak_probability"][0, 0] = 1e-4
    axes = draw(result).axes[0]
    assert axes.get_xscale() == "log"
    assert [line.get_marker() for line in axes.lines].count("<") == 1


def test_a_logarithmic_axis_does_not_follow_an_interval_to_nothing() -> None:
    result = raid_result(classes=4, architectures=2)
    result.estimates["leak_probability"][0, 0] = 1e-3
    result.estimates["leak_probability_low"][0, 0] = 1e-16
    assert draw(result).axes[0].get_xlim()[0] == pytest.approx(1e-3)  # [%]


def test_the_ladder_is_a_waterfall_that_adds_up() -> None:
    names = ["separate", "sectors", "shared_warning", "shared_picture"]
    result = raid_result(architectures=4, ladder=json.dumps(names))
    (axes,) = draw(result, "ladder").axes
    drawn = [(left, width) for left, width, _ in bars(axes)]
    leakers = result["expected_leakers"]
    assert drawn[0] == pytest.approx((0, leakers[0]))
    for step in (1, 2, 3):
        start, change = drawn[step]
        assert start == pytest.approx(leakers[step - 1])
        assert start + change == pytest.approx(leakers[step])
    assert drawn[4] == pytest.approx((0, leakers[3]))


def test_steps_that_would_be_slivers_have_an_axis_of_their_own() -> None:
    """It says so: bars of 10 to 10.1 leakers, and as a rule an axis from 0."""
    result = raid_result(architectures=3, ladder=json.dumps(ARCHITECTURES[:3]))
    (axes,) = draw(result, "ladder").axes
    assert axes.get_xlim()[0] == 0
    assert "not at 0" not in axes.get_xlabel()
    result.estimates["expected_leakers"][:] = [10.1, 10.05, 10.0]
    for end, value in (("", -0.05), ("_low", -0.06), ("_high", -0.04)):
        result.estimates[f"difference_expected_leakers{end}"][:] = value
    (axes,) = draw(result, "ladder").axes
    assert 9.8 < axes.get_xlim()[0] < 9.99
    assert "the axis begins at 9.8" in axes.get_xlabel()
    # Bars of the steps alone: what is cut off is no bar, but a point.
    assert [width for _, width, _ in bars(axes)] == pytest.approx([-0.05, -0.05])
    points = [line for line in axes.lines if line.get_marker() == "D"]
    assert [float(np.asarray(line.get_xdata())[0]) for line in points] == [10.1, 10.0]


def page_of(result: Result, name: str) -> str:
    return " ".join(" ".join(text.get_text() for text in draw(result, name).texts).split())


def test_without_a_ladder_it_says_what_is_not_drawn() -> None:
    said = page_of(raid_result(architectures=4), "ladder")
    one, *left_out, other = (name.replace("_", " ") for name in ARCHITECTURES[:4])
    assert f"From {one} to {other}: leakers a raid; lower is better" in said
    assert "step by step" not in said
    assert f"Not drawn, since the scenario names no ladder: {', '.join(left_out)}." in said
    result = raid_result(architectures=4, ladder=json.dumps(ARCHITECTURES[:3]))
    assert f"since they are no steps of the ladder: {other}." in page_of(result, "ladder")
    result = raid_result(architectures=4, ladder=json.dumps(ARCHITECTURES[:4]))
    assert "Not drawn" not in page_of(result, "ladder")


def test_causes_are_explained_below_their_figure() -> None:
    said = page_of(raid_result(), "causes")
    shown = leakers_by_cause(read_result(raid_result()))
    for o, name in enumerate(OUTCOMES[:-1]):
        meaning = f"{name.replace('_', ' ')} - {CAUSES[name]}"
        assert (meaning in said) == bool(shown[:, o].any())


def test_no_two_parts_of_a_bar_share_a_colour() -> None:
    assert len(set(PARTS)) == len(PARTS) == len(CAUSES)


def test_of_many_worlds_it_says_which_are_drawn() -> None:
    said = page_of(raid_result(worlds=500, trials=4), "worlds")
    assert "Of 500 worlds 400 are drawn, evenly through their order" in said
    assert "the numbers in the key are of all 500" in said
    assert "are drawn" not in page_of(raid_result(), "worlds")


def test_the_ladder_takes_the_steps_that_the_result_names() -> None:
    result = raid_result(architectures=4, ladder='["separate", "shared_picture"]')
    (axes,) = draw(result, "ladder").axes
    assert [width for _, width, _ in bars(axes)] == pytest.approx(
        [
            result["expected_leakers"][0],
            result["expected_leakers"][3] - result["expected_leakers"][0],
            result["expected_leakers"][3],
        ]
    )


def test_plans_have_their_own_worlds() -> None:
    result = raid_result(worlds=6)
    result.plan[:] = ["night", "far", "night", "night", "far", "night"]
    leakers, changes = draw(result, "plans").axes
    world = result["world_expected_leakers"]
    night, far = [0, 2, 3, 5], [1, 4]
    expected = [world[rows, a].mean() for rows in (far, night) for a in (0, 1)]
    assert dots(leakers) == pytest.approx(expected)
    assert dots(changes) == pytest.approx(
        [(world[rows, 1] - world[rows, 0]).mean() for rows in (far, night)]
    )


def test_causes_add_up_to_the_leakers() -> None:
    result = raid_result(architectures=3)
    (axes,) = draw(result, "causes").axes
    total = sum(width for _, width, _ in bars(axes))
    assert total == pytest.approx(float(result["expected_leakers"].sum()))


def test_drivers_are_the_shares_that_were_seen() -> None:
    """Live threats differ from world to world, and what leaks follows them."""
    live = np.repeat(np.random.default_rng(5).integers(5, 40, (64, 1, 1)), 50, axis=1)
    tally = count(np.stack([live // 2, live // 4], axis=2), live)
    result = Result(tally, estimate(tally), plan=np.full(64, "all", object))
    found = driven(result).gain
    assert found is not None
    working = [share for share in found.shares if share.is_seen]
    assert working
    figure = draw(result, "drivers")
    (axes,) = figure.axes
    told = [100 * share.value for share in working]
    assert dots(axes) == pytest.approx([*told, 100 * found.remainder[0]])
    # Twice the threats, twice the gain: a quarter of them.
    assert [share.direction for share in working] == [1]
    assert [text.get_text().endswith(", more gain") for text in figure.texts].count(True) == 1


def test_rounds_are_those_of_the_result() -> None:
    result = raid_result(classes=2)
    fired = result["expected_rounds_fired"]
    first = draw(result, "rounds").axes[0]
    shown = [float(text.get_text().rstrip(" *")) for text in first.texts]
    assert shown == pytest.approx(fired[0].ravel().tolist(), rel=5e-3)


def test_leakers_are_the_distribution() -> None:
    result = raid_result()
    left, right = draw(result, "leakers").axes
    assert sum(height for *_, height in bars(left)) == pytest.approx(200)  # two of 100 %
    curve = right.lines[0]
    assert np.asarray(curve.get_ydata()) == pytest.approx(100 * result["p_at_most"][0])


def test_curves_that_coincide_show_their_marks_and_the_baseline_above() -> None:
    right = draw(raid_result(architectures=4), "leakers").axes[1]
    firsts = [line.get_markevery()[0] for line in right.lines]  # type: ignore[index]
    assert firsts == [0, 1, 2, 3]
    assert right.lines[0].get_zorder() > max(line.get_zorder() for line in right.lines[1:])


@pytest.mark.parametrize(("least", "begin"), [(0.05, 0), (0.29, 10), (0.93, 80)])
def test_high_curves_have_an_axis_of_their_own_which_says_so(least: float, begin: int) -> None:
    result = raid_result()
    result.estimates["p_at_most"][:] = np.maximum(result["p_at_most"], least)
    result.estimates["p_at_most"][0, 0] = least
    right = draw(result, "leakers").axes[1]
    assert right.get_ylim()[0] == begin
    assert right.get_ylabel().endswith(f"; the axis begins at {begin}") == (begin > 0)


@pytest.mark.parametrize("run", [{"trials": 200}, {"trials": 3, "worlds": 40}, {"trials": 1}])
def test_the_worlds_are_judged_as_the_result_says(run: dict[str, Any]) -> None:
    reading = read_result(raid_result(**run, margin=0.1))
    verdicts = world_verdicts(reading)[3]
    shares = reading.worlds_by_verdict(reading.baseline, reading.compare)
    for verdict, share in shares.items():
        assert verdicts.count(verdict) / len(verdicts) == pytest.approx(share.value)


def test_series_can_be_told_apart_in_grey() -> None:
    assert len(set(MARKERS)) == len(MARKERS) == len(COLOURS)
    assert len(set(HATCHES)) == len(HATCHES)
