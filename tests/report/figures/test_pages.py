"""Every figure carries what it must, and no text runs into another or off the page."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Any

import pytest

from mcdefense.errors import InputError, McdefenseError
from mcdefense.report.figures import FIGURES, draw, save
from tests.support.raid_result import raid_result, with_losses

RUNS: list[dict[str, Any]] = [
    *({"architectures": a, "classes": c, "trials": 40} for a in (2, 6) for c in (1, 4, 10)),
    {"architectures": 1, "classes": 3},
    {"scale": 0.0},
    {"scale": 0.001, "architectures": 3},
    {"scale": 99.0, "worlds": 1, "trials": 1},
    {"classes": 1, "decoys": 1},
    {"without": "rounds"},
    {"title": "Costs $5, $6_x {" + "W" * 200, "marking": "NOTIONAL " * 30},
]
OF_RESULTS = [name for name, entry in FIGURES.items() if entry.of in ("result", "pair")]
EVERY = [
    (name, run)
    for name in OF_RESULTS
    for run in RUNS
    if FIGURES[name].of == "result" or run.get("architectures") != 1
]


def boxes_of(figure: Any) -> list[Any]:
    """Where the texts of a figure are: its own, labels of axes, and of ticks that are seen."""
    figure.canvas.draw()
    texts = list(figure.texts)
    for axes in figure.axes:
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            low, high = sorted((low, high))
            labels = axis.get_majorticklabels()  # none in a panel above another with its axis
            ticks = zip(axis.get_majorticklocs() if labels else [], labels, strict=True)
            texts += [axis.label, *(label for place, label in ticks if low <= place <= high)]
    return [text.get_window_extent() for text in texts if text.get_text()]


@pytest.mark.parametrize(("name", "run"), EVERY, ids=str)
def test_no_text_overlaps_or_leaves_the_page(name: str, run: dict[str, Any]) -> None:
    hold_apart(draw(raid_result(**run), name))


def hold_apart(figure: Any) -> None:
    """No two texts overlap, and none leaves the page or runs into a panel."""
    boxes = boxes_of(figure)
    assert len(boxes) > 4
    for box, other in itertools.combinations(boxes, 2):
        assert not box.overlaps(other), (box, other)
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
    for axes in figure.axes:
        inside = axes.get_window_extent()
        assert not [box for box in boxes if box.overlaps(inside)]
        assert inside.width > 0.12 * figure.bbox.width


@pytest.mark.parametrize("architectures", [1, 2, 6])
def test_no_text_overlaps_where_the_defence_is_lost_too(architectures: int) -> None:
    hold_apart(draw(with_losses(raid_result(architectures=architectures)), "losses"))


@pytest.mark.parametrize("name", OF_RESULTS)
def test_a_figure_says_how_much_was_run_and_carries_the_marking(name: str) -> None:
    figure = draw(raid_result(marking="NOTIONAL, EXERCISE"), name)
    texts = [text.get_text() for text in figure.texts]
    assert "NOTIONAL, EXERCISE" in texts
    assert any("3,200 trials in 16 worlds." in text for text in texts)
    if name not in ("rounds", "drivers"):  # more of them are neither better nor worse
        assert any("better" in text for text in texts)
    drawn = [*texts, *(label.get_text() for axes in figure.axes for label in _labels(axes))]
    if FIGURES[name].of == "result" and name not in ("rounds", "drivers"):
        assert any("(baseline)" in text for text in drawn)


def _labels(axes: Any) -> list[Any]:
    return [axes.xaxis.label, axes.yaxis.label]


@pytest.mark.parametrize("name", [name for name in OF_RESULTS if FIGURES[name].of == "pair"])
def test_what_compares_needs_two_architectures(name: str) -> None:
    with pytest.raises(McdefenseError, match="has one alone"):
        draw(raid_result(architectures=1), name)


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
@pytest.mark.parametrize("name", ["leak", "causes", "worlds"])
def test_the_same_result_gives_the_same_bytes(tmp_path: Path, name: str, ending: str) -> None:
    contents = []
    for file in ("one", "other"):
        path = tmp_path / f"{file}.{ending}"
        save(draw(raid_result(), name), path)
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    assert len(contents[0]) > 1000


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"got the ending '.bmp', expected .png, .svg or .pdf"):
        save(draw(raid_result()), tmp_path / "figure.bmp")
    assert not list(tmp_path.iterdir())


def test_another_name_is_refused() -> None:
    with pytest.raises(InputError, match="got 'leaks', expected one of leak, ladder, "):
        draw(raid_result(), "leaks")


def test_matplotlib_missing_gives_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(McdefenseError, match=r"pip install 'mcdefense\[report\]'"):
        draw(raid_result())
