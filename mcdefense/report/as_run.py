"""The scenario of a result as it was run, and whether its worlds can differ."""

from __future__ import annotations

from pathlib import Path

from mcdefense.errors import InputError
from mcdefense.report.reading import Reading
from mcdefense.run import scenario_as_run
from mcdefense.scenario import Scenario, draws_worlds, without_tables


def scenario_of(reading: Reading) -> Scenario | None:
    """The scenario of a result as it was run, without its tables; None where the result holds none.

    Raises InputError for one that this version cannot load.
    """
    if not reading.result.scenario_text:
        return None
    text = scenario_as_run(reading.result, Path("the result"))
    return without_tables(text, checked=True)


def worlds_differ(reading: Reading) -> bool:
    """Whether worlds may differ by more than the chance of their trials (rule 5,
    `world_and_trial`): also where the result does not tell."""
    try:
        scenario = scenario_of(reading)
    except InputError:  # of another version: it may draw anything
        return True
    return scenario is None or draws_worlds(scenario)
