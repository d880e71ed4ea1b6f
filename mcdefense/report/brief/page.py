"""The brief: one page that holds everything it shows, for people who decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mcdefense.report.brief import words
from mcdefense.report.brief.html import Html, inline_svg, joined, style_sheet, tag
from mcdefense.report.brief.tables import TABLES, Table, drivers
from mcdefense.report.driven import (
    MEANING,
    drivers_of_result,
    headline_drivers,
    inert_shown,
    turn_shown,
)
from mcdefense.report.figures import draw_reading
from mcdefense.report.reading import Reading, read_result
from mcdefense.report.warned import warnings_of
from mcdefense.statistics import Result, TooFewWorlds

_PROVENANCE = (
    ("created", "made"),
    ("source", "by"),
    ("scenario_sha256", "scenario, SHA-256"),
    ("seed", "seed"),
    ("worlds", "worlds"),
    ("trials_per_world", "trials per world"),
    ("model_version", "version of the model"),
    ("device", "devices"),
    ("overrides", "set from outside the file"),
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may load nothing and run nothing, whatever came into it."""


def brief(result: Result) -> str:
    """The brief of a result as one HTML page that needs nothing from outside and no script.

    The question, the answer with its interval and margin, by class and by plan, where the gain
    comes from, what it risks and what drives it, assumptions and limits, where it comes from; every
    picture with its numbers as a table. Raises McdefenseError without matplotlib.
    """
    reading = read_result(result)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("title", f"{reading.marking}: {reading.title}"),
        style_sheet(),
    )
    header = tag(
        "header",
        tag("p", reading.marking, class_="marking"),
        tag("h1", reading.title),
    )
    pictures = _Pictures()
    sections = joined(_sections(reading, pictures))
    main = tag("main", sections, style=f"--tall: {pictures.tall_mm}mm")
    body = tag("body", header, main, _footer(reading))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _sections(reading: Reading, pictures: _Pictures) -> Iterator[Html]:
    pair = reading.of_headline()
    plans = {str(name) for name in reading.result.plan}
    yield _section(
        "The question",
        tag("p", words.question(reading)),
        tag(
            "p",
            "A leaker is a live threat that reaches what it was aimed at. Every way to command the "
            "defence meets the same raids with the same luck, so differences are compared trial by "
            "trial.",
            class_="small",
        ),
    )
    yield _section(
        "The answer",
        tag("p", words.answer(reading), class_="answer"),
        _paragraphs(words.how_sure(reading)),
        pictures.of(pair, "worlds", "In which worlds it helps") if reading.has_pair else (),
    )
    yield _section("By threat class", pictures.of(pair, "leak", "What leaks, class by class"))
    if len(plans) > 1:
        yield _section("By raid plan", pictures.of(pair, "plans", "What leaks, plan by plan"))
    yield _section(
        "Where the gain comes from" if reading.has_pair else "Why threats leak",
        pictures.of(reading, "ladder", "Step by step") if len(reading.steps) > 2 else (),
        pictures.of(pair, "causes", "Why threats leak"),
    )
    yield _section("What it risks", _list(words.risks(reading)))
    yield _section(
        "What drives it, and what would change the answer",
        _paragraphs(words.changes(reading)),
        *_drivers(reading),
    )
    yield _section(
        "Assumptions and limits",
        _list([*words.LIMITS, *(f"Warning: {text}" for text in warnings_of(reading))]),
    )


def _drivers(reading: Reading) -> Iterator[Html]:
    try:
        found = drivers_of_result(reading.result)
    except TooFewWorlds as error:  # of a small run: said, and no part of the brief is left out
        yield tag("p", f"What drives it cannot be told: {error}.")
        return
    table = drivers(reading, found)
    if not table.rows:
        yield tag("p", "Nothing that the worlds drew can be told apart by so few worlds.")
        return
    yield _table(table)
    _, one = headline_drivers(reading, found)
    if inert := inert_shown(one):
        yield tag("p", f"{inert[0].upper()}{inert[1:]}.", class_="small")
    if found.turn is not None:
        said = turn_shown(found.turn)
        yield tag("p", f"{said[0].upper()}{said[1:]}.")
    yield tag("p", MEANING, class_="small")


class _Pictures:
    """Pictures in the order in which they stand, so that no two share an id."""

    def __init__(self) -> None:
        self._number = 0

    @property
    def tall_mm(self) -> int:
        """How tall a picture may be printed, so that the page fits upon two sheets of paper."""
        return min(235 // max(self._number, 1), 80)

    def of(self, reading: Reading, name: str, caption: str) -> Html:
        """A figure with a caption, and its numbers below."""
        self._number += 1
        label = f"Figure {self._number}: {caption}"
        drawn = inline_svg(draw_reading(reading, name), self._number, f"{label}; numbers below")
        return tag(
            "figure",
            tag("figcaption", f"{label}."),
            tag("div", drawn, class_="scroll", tabindex=0, role="region", aria_label=label),
            tag(
                "details",
                tag("summary", f"The numbers of figure {self._number}"),
                _table(TABLES[name](reading), f"figure {self._number}"),
            ),
        )


def _section(heading: str, *children: Html | Iterable[Html]) -> Html:
    return tag("section", tag("h2", heading), *children)


def _paragraphs(texts: Iterable[str]) -> Html:
    return joined(tag("p", text) for text in texts)


def _list(texts: Iterable[str]) -> Html:
    return tag("ul", (tag("li", text) for text in texts))


def _table(table: Table, of: str = "") -> Html:
    rows = (
        tag("tr", tag("th", first, scope="row"), (tag("td", cell) for cell in rest))
        for first, *rest in table.rows
    )
    grid = tag(
        "table",
        tag("caption", table.caption),
        tag("thead", tag("tr", (tag("th", name, scope="col") for name in table.head))),
        tag("tbody", rows),
    )
    label = f"{table.caption}, {of}" if of else table.caption
    return tag("div", grid, class_="scroll", tabindex=0, role="region", aria_label=label)


def _footer(reading: Reading) -> Html:
    known = reading.result.provenance
    rows = [
        tag("tr", tag("th", name, scope="row"), tag("td", str(known[key])))
        for key, name in _PROVENANCE
        if str(known.get(key, "")) != ""
    ]
    return tag(
        "footer",
        tag("h2", "Where it comes from"),
        tag("table", tag("caption", "The run"), tag("tbody", rows), class_="words"),
        tag(
            "p",
            "The result file holds the scenario: mcdefense scenario FILE prints it, and running it "
            "again gives the same counts.",
            class_="small",
        ),
        tag("p", reading.marking, class_="marking"),
    )
