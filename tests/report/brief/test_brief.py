"""The brief as text: what it says, what it may hold, and that no text becomes markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from mcdefense.contract import CAUSES
from mcdefense.report import brief, causes
from mcdefense.report.brief import terms, words
from mcdefense.report.brief.html import joined, tag
from mcdefense.report.brief.parts import sentence
from mcdefense.report.brief.tables import interval_text
from mcdefense.report.numbers import short
from mcdefense.report.reading import read_result
from tests.support.raid_result import ARCHITECTURES, raid_result, with_losses
from tests.support.spoilt_result import SCRIPT, spoilt_result

MOST_BYTES = 1_000_000


class Page(HTMLParser):
    """Tags, attributes and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def with_plans(**run: Any) -> Any:
    result = raid_result(**run, margin=0.1, ladder=json.dumps(ARCHITECTURES))
    result.plan[:] = [("night", "far")[w % 2] for w in range(len(result.plan))]
    return result


def test_it_says_question_answer_and_how_sure() -> None:
    result = with_plans(architectures=4)
    page = Page(brief(result)).words
    reading = read_result(result)
    for part in (
        "NOTIONAL",
        "One area, two batteries: joined or apart?",
        words.question(reading),
        sentence(words.answer(reading)),
        "95 % interval",
        "3,200 trials in 16 worlds",
        "By threat class",
        "By raid plan",
        "Where the gain comes from",
        "What it risks",
        "What drives it, and what would change the answer",
        "Assumptions and limits",
        "Where it comes from",
    ):
        assert part in page


@pytest.mark.parametrize(
    ("shift", "said"), [(0.0, "fewer threats"), (1.0, "more threats"), (0.5, "no clear difference")]
)
def test_the_answer_has_the_sign_of_the_difference(shift: float, said: str) -> None:
    result = raid_result()
    value = abs(float(result["difference_expected_leakers"][0]))
    result.estimates["difference_expected_leakers"][0] = value * (2 * shift - 1)
    for end, lean in (("low", -0.1), ("high", 0.1)):
        result.estimates[f"difference_expected_leakers_{end}"][0] = value * (2 * shift - 1) + lean
    assert said in words.answer(read_result(result))


@pytest.mark.parametrize(
    ("margin", "said"),
    [
        (0.01, "which is more than the margin of 0.01"),
        (0.45, "which may be more or less than the margin of 0.45"),
        (9.0, "makes no difference that matters"),
        (0.0, "."),
    ],
)
def test_the_answer_stands_against_the_margin(margin: float, said: str) -> None:
    result = raid_result(margin=margin)
    for end, value in (("", -0.5), ("_low", -0.6), ("_high", -0.4)):
        result.estimates[f"difference_expected_leakers{end}"][0] = value
    text = words.answer(read_result(result))
    assert said in text
    assert ("margin" in text) == (margin > 0)
    assert "0.50 (0.40 to 0.60) fewer threats" in text


def test_every_picture_has_its_numbers_as_a_table() -> None:
    page = Page(brief(with_plans(architectures=4)))
    assert page.tags.count("svg") == page.tags.count("details") == 5
    # Three of them a second time for paper, and those of what drives it and the provenance.
    assert page.tags.count("table") == 5 + 3 + 2
    labels = [value for name, value in page.attributes if name == "aria-label"]
    assert sum("numbers below" in label for label in labels) == 5


def test_what_is_lost_over_time_is_shown_where_the_defence_may_be_lost() -> None:
    plain = Page(brief(raid_result()))
    assert "What is lost over time" not in plain.words
    result = with_losses(raid_result())
    page = Page(brief(result))
    assert page.tags.count("svg") == page.tags.count("details") == plain.tags.count("svg") + 1
    assert "What is lost over time" in page.words
    leakers = interval_text(read_result(result).estimate("expected_leakers", 0))
    lost = short(float(result.tally["batteries_lost"][:, 0].sum()) / result.tally.trials, 2)
    (row,) = re.findall(rf"60 {re.escape(leakers)} {re.escape(lost)} 0\.20 [^a-z]*", page.words)
    assert row
    result.tally["batteries_lost"][:] = result.tally["sensors_lost"][:] = 0
    assert "What is lost over time" in Page(brief(result)).words  # its network is still cut
    result.provenance["onsets"] = "{}"
    assert "What is lost over time" not in Page(brief(result)).words


def test_the_numbers_of_the_tables_are_those_of_the_result() -> None:
    result = raid_result(architectures=2, classes=2)
    page = Page(brief(result)).words
    for a in range(2):
        assert f"{100 * result['leak_probability_total'][a]:.0f}" in page
    reading = read_result(result)
    helped = reading.worlds_by_verdict(0, 1)["helps"]
    assert f"helps in {100 * helped.value:.0f} %" in page


def test_what_drives_it_is_found() -> None:
    """A parameter that makes the difference stands before one that does nothing."""
    result = raid_result(worlds=30)
    draw = np.random.default_rng(1)
    world = result["world_expected_leakers"]
    result.parameters.clear()
    result.parameters["idle"] = draw.random(30)
    result.parameters["driving"] = world[:, 1] - world[:, 0]
    page = Page(brief(result)).words
    assert page.index("driving") < page.index("idle")


@pytest.mark.parametrize(
    ("term", "definition"),
    [
        ("leaker", "A leaker is a live threat that"),
        ("architecture", "An architecture is one way to command the defence"),
        ("trial", "A trial is one replay of the raid"),
        ("world", "a world one draw of what nobody knows"),
        ("plan", "a plan one raid that may come"),
        ("baseline", "the baseline, the one that others are compared with"),
        ("cause", "Each leaker has one cause, the last thing that stood in the way"),
        ("interval", "Brackets hold the 95 % interval: in 95 of 100 such runs"),
        ("share of the variance", "A share is what of the variance between worlds goes away"),
        ("network", "what they tell each other over a network"),
        ("live at", "live at NAME how many fly at that place"),
    ],
)
def test_a_term_is_defined_where_it_first_stands(term: str, definition: str) -> None:
    """In the same section at the latest, where headings and figures may say it before."""
    page = brief(with_plans(architectures=4))
    sections = [" ".join(Page(part).words.split()) for part in page.split("<section>")]
    used = [re.search(rf"\b{term}s?\b", part) is not None for part in sections[1:]]
    defined = [definition in part for part in sections[1:]]
    assert defined.index(True) == used.index(True)
    assert sum(defined) == 1


def test_every_cause_that_came_is_explained_and_no_other() -> None:
    assert set(causes.CAUSES) == set(CAUSES)
    reading = read_result(raid_result())
    met = {
        name
        for o, name in enumerate(CAUSES)
        if reading.result.tally["outcome"][list(reading.headline), :, o].any()
    }
    assert 0 < len(met) < len(CAUSES)
    said = terms.causes(reading.of_headline())
    assert {name for name, text in causes.CAUSES.items() if text in said} == met
    assert said in Page(brief(raid_result())).words
    assert terms.causes(read_result(raid_result(scale=0.0))) == terms.CAUSE


def test_it_needs_nothing_from_outside_and_no_script() -> None:
    page = Page(brief(with_plans(architectures=4)))
    assert not {"script", "link", "iframe", "object", "img"} & set(page.tags)
    for name, value in page.attributes:
        assert not name.startswith("on"), name
        if name in ("src", "href", "xlink:href", "action"):
            assert value.startswith("#"), value
        if not name.startswith("xmlns"):
            assert "http" not in value or name == "http-equiv", (name, value)


def test_ids_are_apart_and_each_reference_leads_to_one() -> None:
    text = brief(with_plans(architectures=4))
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids)) > 50
    assert set(re.findall(r'(?:href="#|url\(#)([^")]*)', text)) <= set(ids)


@pytest.mark.parametrize(
    "run",
    [
        {"architectures": 1, "classes": 1},
        {"scale": 0.0},
        {"worlds": 1, "trials": 1},
        {"without": "rounds"},
        {"without": "network", "architectures": 3},
        {"classes": 10, "architectures": 6, "decoys": 2},
    ],
    ids=str,
)
def test_any_result_has_a_brief(run: dict[str, Any]) -> None:
    page = Page(brief(raid_result(**run)))
    assert "nan" not in page.words.lower().split()
    assert "The answer" in page.words


def test_many_worlds_stay_below_a_megabyte() -> None:
    result = with_losses(with_plans(worlds=4000, trials=2, architectures=6, classes=10))
    assert len(brief(result).encode()) < MOST_BYTES


def test_a_script_in_every_name_stays_text() -> None:
    page = Page(brief(spoilt_result()))
    assert "script" not in page.tags
    assert not {"b", "i", "img"} & set(page.tags)
    assert page.words.count(SCRIPT) > 10
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_the_door_escapes_what_is_no_markup() -> None:
    assert tag("p", "<b>&\"'", title='"><i>') == (
        '<p title="&quot;&gt;&lt;i&gt;">&lt;b&gt;&amp;&quot;&#x27;</p>'
    )
    assert tag("p", tag("b", "x"), ["<", tag("i")]) == "<p><b>x</b>&lt;<i></i></p>"
    assert joined("<", 1, tag("br_", hidden=True, id=None)) == "&lt;1<br_ hidden></br_>"
