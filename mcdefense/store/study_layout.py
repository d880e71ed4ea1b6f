"""The variables of a study's file: those of a result with the axes of the study in front."""

from __future__ import annotations

from dataclasses import replace

from mcdefense.statistics import STUDY_ESTIMATES, StudyAxis
from mcdefense.store.layout import COORDINATES, DRAWS, TALLY, TEXTS, Variable

STUDY_FORMAT_VERSION = (1, 1)
COUNTED_BY_TIME = (2, 3)
"""Format of results since which points have counts by time; a study of 1.0 has none."""

POINT_TEXTS = (
    Variable("overrides", "", (), "text", "1", "overrides of the point, as TOML", "text"),
    Variable(
        "point_attributes", "", (), "text", "1", "JSON: attributes of the point's result", "text"
    ),
)
"""Texts that every point has."""
_SCENARIO = next(text for text in TEXTS if text.name == "scenario_toml")


def study_layout(axes: tuple[StudyAxis, ...]) -> tuple[Variable, ...]:
    """Every variable of the file of a study along these axes, coordinates first in each group.

    A variable whose `origin` is "study" is an axis of the study; every other one but the common
    coordinates and the scenario has these axes in front of its own.
    """
    own = tuple(
        Variable(
            axis.name,
            "",
            (axis.name,),
            "text" if not axis.is_numeric else str(axis.array.dtype),
            "1",
            f"value of {axis.path} at the point" if axis.path else "named case",
            "study",
        )
        for axis in axes
    )
    names = tuple(axis.name for axis in axes)

    def along(variable: Variable) -> Variable:
        return replace(variable, dimensions=(*names, *variable.dimensions))

    estimates = tuple(
        Variable(e.name, "", e.axes, "float64", "1", e.meaning, "estimate", float("nan"), e.sign)
        for e in STUDY_ESTIMATES
    )
    layout: list[Variable] = []
    for group, variables in (
        ("", (*estimates, *POINT_TEXTS)),
        ("tally", TALLY),
        ("worlds", DRAWS),
    ):
        used = {name for variable in variables for name in variable.dimensions}
        layout += [replace(axis, group=group) for axis in own]
        layout += [replace(c, group=group) for name, c in COORDINATES.items() if name in used]
        layout += [along(variable) for variable in variables]
    return (*layout, _SCENARIO)
