"""Every figure by its name: a new one is a file beside this one and a line in `FIGURES`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mcdefense.errors import Fault, InputError
from mcdefense.statistics import Study
from mcdefense.store import read_any

if TYPE_CHECKING:
    from collections.abc import Callable


class FigureEntry(NamedTuple):
    """A figure: the file here and the function in it that draw it, and what it shows.

    `of` is "result" for what needs counts, "pair" for what needs counts of two architectures, and
    "scenario" for what is drawn of a scenario, or of the one that a result holds: its function
    draws what `preview` finds out. "study" is for what is drawn of a study. `options` are those
    that choose what is drawn.
    """

    file: str
    of: str
    shows: str
    options: tuple[str, ...] = ()

    @property
    def function(self) -> Callable[..., Any]:
        """`NAME_figure` in the file NAME.py of this folder."""
        module = import_module(f"mcdefense.report.figures.{self.file}")
        return getattr(module, f"{self.file}_figure")  # type: ignore[no-any-return]


FIGURES: dict[str, FigureEntry] = {
    entry.file: entry
    for entry in (
        FigureEntry("leak", "result", "leak probability by threat class, and what changes it"),
        FigureEntry("ladder", "pair", "leakers a raid from architecture to architecture"),
        FigureEntry("plans", "result", "leakers a raid by raid plan, each world a tick"),
        FigureEntry("leakers", "result", "how many leak in one raid, and P(at most n)"),
        FigureEntry("causes", "result", "why threats leaked, in leakers a raid"),
        FigureEntry("rounds", "result", "rounds fired a raid, by interceptor and class"),
        FigureEntry("worlds", "pair", "in which worlds it helps, hurts or does the same"),
        FigureEntry("losses", "result", "leakers, batteries and sensors lost so far, over time"),
        FigureEntry("drivers", "result", "which inputs drive the gain, as shares of the variance"),
        FigureEntry(
            "map",
            "scenario",
            "places, reach against a class at a height, and routes",
            ("threat_class", "height_km"),
        ),
        FigureEntry(
            "timeline",
            "scenario",
            "who could see and engage one threat, and when",
            ("architecture", "wave", "member", "world"),
        ),
        FigureEntry("curve", "study", "what a study asks about along its last axis, with bands"),
    )
}
"""By the name that `mcdefense plot` takes, the first being drawn where none is given."""


def figures_of(path: Path | str) -> dict[str, FigureEntry]:
    """The figures that are drawn of a file: of a scenario, of a result or of a study. Raises as
    `read_any` does for a file that is neither."""
    kinds = ["scenario"]
    if Path(path).suffix != ".toml":
        found = read_any(path)
        if isinstance(found, Study):
            kinds = ["study"]
        else:
            kinds += ["result", *["pair"] * (len(found.tally.axes.architecture) > 1)]
    return {name: entry for name, entry in FIGURES.items() if entry.of in kinds}


def entry_of(name: str) -> FigureEntry:
    """The figure of this name; InputError for another."""
    if name not in FIGURES:
        came = f"got {name!r}, expected one of {', '.join(FIGURES)}"
        raise InputError([Fault("name", "", came, option=True)])
    return FIGURES[name]
