"""What a study of the scenario runs, where the command line does not say it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from mcdefense.scenario.values import Entry, expects


class StudyOption(Entry):
    """Something that the defender may buy: values that change, and what they cost."""

    cost: Annotated[
        float | None, Field(gt=0), expects("a number above 0, the cost in any one unit")
    ] = None
    """What it costs, in any one unit."""
    set: Annotated[
        dict[str, Any], Field(min_length=1), expects("a table of values by path in quotes")
    ]
    """Values by path, such as `"battery.south.channels" = 8`."""


class StudyTable(Entry):
    """Axes, cases and options of studies; a plain run does not look at them."""

    over: dict[
        str,
        Annotated[
            str | Annotated[tuple[Any, ...], Field(min_length=1)],
            expects("a list of values, or 'first:last:step', for a path in quotes"),
        ],
    ] = Field(default_factory=dict)
    """Axes of `mcdefense sweep`: values by path, a list or "first:last:step"."""
    case: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Named cases of `mcdefense sweep`: values by path for each name."""
    option: dict[str, StudyOption] = Field(default_factory=dict)
    """Options of `mcdefense worth` by name."""
