"""Figures: each a file with one function, found by name; one style for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.report.figures.curve import curve_words
from mcdefense.report.figures.map import LaydownMap, MapLine, MapPlace
from mcdefense.report.figures.registry import FIGURES, entry_of, figures_of
from mcdefense.report.figures.style import Heading, drawn_as, picture_format, save, styled
from mcdefense.report.figures.timeline import MOST_ROWS, Fired, Seen, Timeline
from mcdefense.report.reading import Reading, read_result
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import Result, Study

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
    "curve_words",
    "draw",
    "draw_found",
    "draw_reading",
    "draw_study",
    "drawn_as",
    "entry_of",
    "figures_of",
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
    if entry.of == "study":
        came = f"got {name!r}, which is drawn of a study, as `mcdefense sweep` writes it"
        raise InputError([Fault("name", "", came, option=True)])
    if entry.of == "pair" and not reading.has_pair:
        raise McdefenseError(
            f"the figure {name!r} compares architectures, and this result has one alone"
        )
    with styled():
        return entry.function(reading)  # type: ignore[no-any-return]


def draw_study(study: Study, name: str = "curve") -> Figure:
    """The figure `name` of a study. Raises InputError for a figure of something else,
    McdefenseError without matplotlib."""
    entry = entry_of(name)
    if entry.of != "study":
        known = ", ".join(name for name, one in FIGURES.items() if one.of == "study")
        came = f"got {name!r}, which is no figure of a study, expected {known}"
        raise InputError([Fault("name", "", came, option=True)])
    with styled():
        return entry.function(StudyReading(study))  # type: ignore[no-any-return]


def draw_found(name: str, found: LaydownMap | Timeline) -> Figure:
    """The figure `name` of what `preview` found out about a scenario."""
    with styled():
        return entry_of(name).function(found)  # type: ignore[no-any-return]
