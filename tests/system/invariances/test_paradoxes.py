"""More is not always better: every case of docs/explanation/paradoxes.md, and its
figures."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from tests.support.exact_case import most_variance
from tests.support.validation_record import Record
from tests.system.invariances.paradoxes import PARADOXES, Paradox

PAGE = (Path(__file__).parents[3] / "docs" / "explanation" / "paradoxes.md").read_text(
    encoding="utf-8"
)
TRIALS = 256 * 16

BY_HAND = pytest.mark.claim("n", "More is not always better", oracle="by hand")


@BY_HAND
@pytest.mark.parametrize("paradox", PARADOXES, ids=lambda p: p.title)
def test_more_is_worse(paradox: Paradox, record: Record) -> None:
    """Mean leakers within 4 standard errors of the exact value (false alarm 6e-5 each, and less
    where the variance is only bounded); and the more is the worse."""
    less, more = paradox.leakers.values()
    assert less < more
    case = paradox.played(TRIALS)
    for name, exact in {**paradox.leakers, **paradox.also}.items():
        found = case.mean_leakers(name, "m") + case.mean_leakers(name, "n")
        variance = most_variance(float(exact), 0, paradox.most)
        record.mean(
            f"{paradox.title}: {name}",
            exact=float(exact),
            estimated=float(found),
            standard_error=(variance / TRIALS) ** 0.5,
        )
    first, second = (case.mean_leakers(n, "m") + case.mean_leakers(n, "n") for n in paradox.leakers)
    assert first < second


def shown(number: Fraction) -> str:
    return f"{float(number):g}"


def sections() -> dict[str, str]:
    """Text of the page by heading."""
    parts = re.split(r"^## (.*)\n", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_page_tells_every_case_and_no_other() -> None:
    """Its headings are the cases, its figures what the cases have as exact, all of them."""
    told = sections()
    assert told.pop("What cannot hurt")
    assert list(told) == [paradox.title for paradox in PARADOXES]
    for paradox in PARADOXES:
        text = told[paradox.title]
        less, more = map(shown, paradox.leakers.values())
        assert f"**{less} → {more}**" in text, paradox.title
        for name, exact in paradox.also.items():
            assert f"{shown(exact)}" in re.findall(r"\*\*([\d.]+)\*\*", text), (paradox.title, name)
