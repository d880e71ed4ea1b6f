"""Markup, made in one place: every text goes through `tag`, which escapes it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from mcdefense.plain import plain
from mcdefense.report.figures.style import ALARM, BAND, COLOURS, INK, LINE, PALE, PAPER, darker
from mcdefense.report.figures.style import drawn_as as _drawn_as

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_VOID = {"meta"}


class Html(str):
    """Text that is markup already; made here alone."""

    __slots__ = ()


Child = str | float | Iterable["Child"]


def tag(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Html:
    """An element with its children; whatever is no Html is text, and escaped.

    An attribute ends with `_` where its name is a word of Python, and has `-` for `_`; True gives
    it no value, None and False leave it out.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_text(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(*children)}</{name}>")


def style_sheet() -> Html:
    """The style of the page, which comes with the package."""
    css = (files("mcdefense.report.brief") / "page.css").read_text(encoding="utf-8")
    return Html(f"<style>{css}</style>")


def joined(*children: Child) -> Html:
    """The children one after the other."""
    parts = []
    for child in children:
        if isinstance(child, Html):
            parts.append(str(child))
        elif isinstance(child, str | int | float):
            parts.append(_text(child))
        else:
            parts.append(str(joined(*child)))
    return Html("".join(parts))


def _text(value: str | float) -> str:
    # A sign that steers a terminal, or turns the direction of writing, is no text of a page either.
    return escape(plain(str(value)), quote=True)


_VARIABLES = {
    INK: "ink",
    PALE: "pale",
    BAND: "band",
    LINE: "line",
    PAPER: "paper",
    ALARM: "alarm",
    **{colour: f"c{number}" for number, colour in enumerate(COLOURS)},
    **{darker(number): f"t{number}" for number in range(len(COLOURS))},
}
"""Colours of the figures that a page in the dark has in another tone, by the name of it there."""


def inline_svg(figure: Figure, number: int, label: str) -> Html:
    """A figure as an element of a page: an image with a label, its ids apart from all others', its
    colours those of the page where it has them."""
    text = _drawn_as(figure, "svg").decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid=")', rf"\1f{number}-", text)
    text = re.sub(r'((?:xlink:)?href="#|url\(#)', rf"\1f{number}-", text)
    text = re.sub(r'(<svg\b[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg\b[^>]*?) height="[^"]*"', r"\1", text, count=1)
    for colour, name in _VARIABLES.items():
        text = re.sub(f'(?<=: ){colour}(?=[;"])', f"var(--{name})", text, flags=re.IGNORECASE)
    text = re.sub(r"\n\s*", "\n", text)
    return Html(text.replace("<svg", f'<svg role="img" aria-label="{_text(label)}"', 1).strip())
