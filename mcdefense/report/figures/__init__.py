"""Figures: each a file with one function, found by name; one style for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcdefense.errors import McdefenseError
from mcdefense.report.figures.map import LaydownMap, MapLine, MapPlace
from mcdefense.report.figures.registry import FIGURES, entry_of
from mcdefense.report.figures.style import Heading, drawn_as, picture_format, save, styled
from mcdefense.report.figures.timeline import MOST_ROWS, Fired, Seen, Timeline
from mcdefense.report.reading import Reading, read_result
from mcdefense.statistics import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "FIGURES",
    "MOST_ROWS",
    "Fired",
    "Heading",
    "LaydownMap",
    "MapLine",
    "MapPlace",
    "Seen",
    "Timeline",
    "draw",
    "draw_found",
    "draw_reading",
    "drawn_as",
    "entry_of",
    "picture_format",
    "save",
]


def draw(result: Result, name: str = "leak") -> Figure:
    """The figure `name` of a result, one of FIGURES that is drawn of results.

    Raises InputError for another name, McdefenseError for a result that cannot show it and without
    matplotlib.
    """
    return draw_reading(read_result(result), name)


def draw_reading(reading: Reading, name: str) -> Figure:
    """The same of a reading, of whose architectures only `shown` are drawn."""
    entry = entry_of(name)
    if entry.of == "pair" and not reading.has_pair:
        raise McdefenseError(
            f"the figure {name!r} compares architectures, and this result has one alone"
        )
    with styled():
        return entry.function(reading)  # type: ignore[no-any-return]


def draw_found(name: str, found: LaydownMap | Timeline) -> Figure:
    """The figure `name` of what `preview` found out about a scenario."""
    with styled():
        return entry_of(name).function(found)  # type: ignore[no-any-return]
