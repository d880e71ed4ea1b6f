"""The figure draws every estimate, and no text runs into another or off the page."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcdefense.commands import figure
from mcdefense.errors import InputError, McdefenseError
from mcdefense.report.figures import FIGURES, leak_probability_figure, save
from tests.support.raid_result import raid_result

RUNS: list[dict[str, Any]] = [
    *({"architectures": a, "classes": c, "trials": 40} for a in (1, 6) for c in (1, 4, 10)),
    {"scale": 0.0},
    {"scale": 0.001, "architectures": 3},
    {"scale": 99.0, "worlds": 1, "trials": 1},
    {"classes": 1, "decoys": 1},
    {"title": "Costs $5, $6_x {" + "W" * 200, "marking": "NOTIONAL " * 30},
]


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_no_text_overlaps_or_leaves_the_page(run: dict[str, Any]) -> None:
    figure = leak_probability_figure(raid_result(**run))
    figure.canvas.draw()
    (axes,) = figure.axes
    texts = [*figure.texts, axes.xaxis.label]
    low, high = axes.get_xlim()
    ticks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
    texts += [label for place, label in ticks if low <= place <= high]
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    for box, other in itertools.combinations(boxes, 2):
        assert not box.overlaps(other)
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
    inside = axes.get_window_extent()
    assert not [box for box in boxes if box.overlaps(inside)]
    assert inside.width > 0.25 * figure.bbox.width


def test_every_estimate_is_drawn() -> None:
    result = raid_result(architectures=3, classes=4)
    (axes,) = leak_probability_figure(result).axes
    dots = [float(line.get_xdata()[0]) for line in axes.lines if len(line.get_xdata()) == 1]  # type: ignore[arg-type,index]
    expected = [100 * result["leak_probability"][a, c] for c in range(4) for a in range(3)]
    expected += [100 * x for x in result["leak_probability_total"]]
    assert dots == pytest.approx(expected)


def test_marking_trials_and_worlds_are_in_the_figure() -> None:
    figure = leak_probability_figure(raid_result(marking="NOTIONAL, EXERCISE"))
    texts = [text.get_text() for text in figure.texts]
    assert "NOTIONAL, EXERCISE" in texts
    assert any("3,200 trials in 16 worlds." in text for text in texts)
    single = leak_probability_figure(raid_result(worlds=1, trials=1))
    assert any("1 trial in 1 world." in text.get_text() for text in single.texts)


def test_what_never_leaked_is_an_arrow_on_a_logarithmic_axis() -> None:
    result = raid_result(classes=4, architectures=2)
    result.estimates["leak_probability"][1, 0] = 0.0
    result.estimates["leak_probability_low"][1, 0] = 0.0
    result.estimates["leak_probability"][0, 0] = 1e-4
    (axes,) = leak_probability_figure(result).axes
    assert axes.get_xscale() == "log"
    assert [line.get_marker() for line in axes.lines].count("<") == 1


def test_a_logarithmic_axis_does_not_follow_an_interval_to_nothing() -> None:
    result = raid_result(classes=4, architectures=2)
    result.estimates["leak_probability"][0, 0] = 1e-3
    result.estimates["leak_probability_low"][0, 0] = 1e-16
    (axes,) = leak_probability_figure(result).axes
    assert axes.get_xlim()[0] == pytest.approx(1e-3)  # [%]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_same_result_gives_the_same_bytes(tmp_path: Path, ending: str) -> None:
    contents = []
    for name in ("one", "other"):
        path = tmp_path / f"{name}.{ending}"
        save(leak_probability_figure(raid_result()), path)
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    assert len(contents[0]) > 1000


def test_another_ending_is_refused(tmp_path: Path) -> None:
    figure = leak_probability_figure(raid_result())
    with pytest.raises(InputError, match=r"got the ending '.bmp', expected .png, .svg or .pdf"):
        save(figure, tmp_path / "figure.bmp")
    assert not list(tmp_path.iterdir())


def test_matplotlib_missing_gives_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(McdefenseError, match=r"pip install 'mcdefense\[report\]'"):
        leak_probability_figure(raid_result())


def test_a_figure_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="figure: got 'pie', expected one of: leak_probability"):
        figure(tmp_path / "no.h5", name="pie")


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_every_figure_carries_the_marking(draw: Callable[..., Any]) -> None:
    drawn = draw(raid_result(marking="NOTIONAL, EXERCISE"))
    assert "NOTIONAL, EXERCISE" in [text.get_text() for text in drawn.texts]
