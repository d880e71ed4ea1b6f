"""What the pages of a brief are made of: head and body, sections, lists, tables and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from mcdefense.report.brief.html import Html, inline_svg, joined, style_sheet, tag
from mcdefense.report.brief.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may load nothing and run nothing, whatever came into it."""
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

_LEFT_OUT = (
    "On paper some pictures and the tables of numbers are left out: the page itself has them."
)
OnPaper = Literal["picture", "numbers", "nothing"]
"""What of a picture is printed."""
_PAPER_MM = 140
"""Height of two sheets of paper that is left for pictures."""


def whole_page(marking: str, title: str, main: Html, foot: Html) -> str:
    """A page that needs nothing from outside and no script, with its marking above and below."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("title", f"{marking}: {title}"),
        style_sheet(),
    )
    header = tag("header", tag("p", marking, class_="marking"), tag("h1", title))
    body = tag("body", header, main, foot)
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def main_of(sections: Iterator[Html], pictures: Pictures) -> Html:
    """The body of a page; its sections take their pictures from `pictures`."""
    body = joined(sections)
    return tag("main", body, style=f"--tall: {pictures.tall_mm}mm")


def footer(marking: str, known: Mapping[str, Any], again: str) -> Html:
    """Where the numbers come from, and how to have them `again`."""
    rows = [
        tag("tr", tag("th", name, scope="row"), tag("td", ", ".join(str(known[key]).splitlines())))
        for key, name in _PROVENANCE
        if str(known.get(key, "")) != ""
    ]
    return tag(
        "footer",
        tag("h2", "Where it comes from"),
        tag("table", tag("caption", "The run"), tag("tbody", rows), class_="words"),
        tag("p", again, class_="small"),
        tag("p", _LEFT_OUT, class_="small paper"),
        tag("p", marking, class_="marking"),
    )


class Pictures:
    """Pictures in the order in which they stand, so that no two share an id."""

    def __init__(self) -> None:
        self._number = self._on_paper = 0

    @property
    def tall_mm(self) -> int:
        """How tall a picture may be printed, so that the page fits upon two sheets of paper."""
        return min(_PAPER_MM // max(self._on_paper, 1), 70)

    def of(
        self, figure: Figure, caption: str, numbers: Iterable[Table], paper: OnPaper = "picture"
    ) -> Html:
        """A figure with a caption, and its numbers below; on `paper` one of the two, or nothing."""
        self._number += 1
        self._on_paper += paper == "picture"
        label = f"Figure {self._number}: {caption}"
        tables = joined(grid(table, f"figure {self._number}") for table in numbers)
        svg = inline_svg(figure, self._number, f"{label}; numbers below")
        drawn = tag(
            "figure",
            tag("figcaption", f"{label}."),
            tag("div", svg, class_="scroll", tabindex=0, role="region", aria_label=label),
            tag(
                "details",
                tag("summary", f"The numbers of figure {self._number}"),
                tables,
            ),
            class_=None if paper == "picture" else "screen",
        )
        if paper != "numbers":
            return drawn
        return joined(drawn, tag("div", tables, class_="paper"))


def section(heading: str, *children: Html | Iterable[Html]) -> Html:
    """A part of the page under its heading."""
    return tag("section", tag("h2", heading), *children)


def sentence(text: str) -> str:
    """The text with a capital, whatever name it begins with."""
    return text[:1].upper() + text[1:]


def paragraphs(texts: Iterable[str]) -> Html:
    """Each sentence a paragraph."""
    return joined(tag("p", sentence(text)) for text in texts)


def bullets(texts: Iterable[str]) -> Html:
    """Each text an entry of a list."""
    return tag("ul", (tag("li", text) for text in texts))


def set_over(notes: Iterable[str]) -> list[str]:
    """What values set over the scenario did beside it, such as keeping a draw away, a text each."""
    return [f"Set over the scenario: {note}." for note in notes]


def grid(table: Table, of: str = "") -> Html:
    """A table of numbers, which scrolls by itself on a narrow page."""
    rows = (
        tag("tr", tag("th", first, scope="row"), (tag("td", cell) for cell in rest))
        for first, *rest in table.rows
    )
    drawn = tag(
        "table",
        tag("caption", table.caption),
        tag("thead", tag("tr", (tag("th", name, scope="col") for name in table.head))),
        tag("tbody", rows),
    )
    label = f"{table.caption}, {of}" if of else table.caption
    return tag("div", drawn, class_="scroll", tabindex=0, role="region", aria_label=label)
