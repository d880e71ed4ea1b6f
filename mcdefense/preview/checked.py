"""A scenario looked at before it is simulated: the screen of `check` and its warnings."""

from __future__ import annotations

from dataclasses import dataclass

from mcdefense.engine import usable_cores
from mcdefense.preview.forecast import forecast
from mcdefense.preview.shape import shape_lines
from mcdefense.preview.survey import survey
from mcdefense.preview.understanding import understanding
from mcdefense.preview.warnings import warnings
from mcdefense.run import Precision
from mcdefense.scenario import Scenario


@dataclass(frozen=True)
class Checked:
    """What the model understood of a scenario: `screen` as `mcdefense check` prints it, and
    `warnings`, a sentence each, about what looks wrong."""

    screen: str
    warnings: tuple[str, ...]


def check(scenario: Scenario, worlds: int = 2, precision: Precision | None = None) -> Checked:
    """What the model understood, found by building so many worlds; nothing is simulated, unless
    for a `precision`: then a pilot says which worlds and trials reach it in least time.

    Raises InputError for a raid or a flight that cannot be.
    """
    run = scenario.run
    found = survey(scenario, run.seed, worlds)
    expected = forecast(found, run.worlds, run.trials_per_world, usable_cores())
    texts = tuple(warnings(scenario, found, run.worlds, run.seed))
    screen = understanding(scenario, found, expected, texts)
    if precision is not None:
        screen += "\n" + "\n".join(shape_lines(scenario, found, expected, precision)) + "\n"
    return Checked(screen, texts)
