"""A result, a tally and axes print in a few lines, and a notebook's cell runs no text of theirs."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from mcdefense.statistics import Result, Tally, estimate
from tests.statistics.counted_by_hand import axes, count


def result(*, architectures: int = 2, **provenance: Any) -> Result:
    rng = np.random.default_rng(1)
    leakers = rng.binomial(4, 0.3, (3, 20, architectures, 1))
    tally = count(leakers, np.full((3, 20, 1), 4))
    return Result(tally, estimate(tally), provenance=provenance)


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.found.append(tag)


def test_it_is_a_few_lines() -> None:
    shown = repr(result(title="One area", marking="NOTIONAL", seed=7))
    lines = shown.splitlines()
    assert lines[:3] == [
        "<mcdefense.Result",
        "  NOTIONAL One area",
        "  60 trials in 3 worlds, seed 7",
    ]
    assert re.fullmatch(r"  architecture_0: [\d.]+ \([\d.]+ to [\d.]+\) leakers a trial", lines[3])
    assert len(lines) <= 6


@pytest.mark.parametrize("architectures", [1, 7, 16])
def test_many_architectures_stay_a_few_lines(architectures: int) -> None:
    lines = repr(result(architectures=architectures)).splitlines()
    assert len(lines) <= 11
    assert max(map(len, lines)) <= 80
    assert ("more architectures" in "\n".join(lines)) == (architectures > 6)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a & b' &lt;b&gt;",
    "two\nlines\x1b[2J\r\x07\u202e",
    "t" * 5000,
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("where", ["title", "marking", "seed"])
def test_a_notebook_shows_every_text_as_text(where: str, text: str) -> None:
    provenance: dict[str, Any] = {where: text}
    shown = result(**provenance)
    page = shown._repr_html_()
    tags = Tags()
    tags.feed(page)
    assert set(tags.found) <= {"div", "strong", "br"}
    assert len(page) < 2000
    for line in repr(shown).splitlines():
        assert line.isprintable()
        assert len(line) <= 80


def test_names_of_architectures_are_escaped_too() -> None:
    given = result()
    names = ("<b>bold</b>", "a\n<i>")
    old = given.tally.axes
    other = replace(old, architecture=names)
    page = Result(Tally(other, given.tally.counts), given.estimates)._repr_html_()
    assert "&lt;b&gt;bold" in page
    assert "<i>" not in page


def test_a_result_without_estimates_or_trials_prints() -> None:
    empty = Tally.zeros(axes(2))
    assert "0 trials in 0 worlds" in repr(Result(empty, {}))
    assert "nan" in repr(Result(empty, estimate(empty)))


def test_what_is_in_it_prints_in_one_line_each() -> None:
    """The default of a dataclass would print every number of every array."""
    given = result(architectures=16)
    for part in (given.tally, given.tally.axes):
        assert "\n" not in repr(part)
        assert len(repr(part)) < 250
    assert "60 trials" in repr(given.tally)
    assert "architecture 16" in repr(given.tally.axes)
