"""The scenario of a result as it was run, and whether its worlds can differ."""

from __future__ import annotations

from pathlib import Path

from mcdefense.errors import InputError
from mcdefense.report.reading import Reading
from mcdefense.run import scenario_as_run
from mcdefense.scenario import Scenario, Wave, resolve_architecture, without_tables


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
    `world_and_trial`): also where the result does not tell. They do not where no value, plan, night
    or raid is drawn.
    """
    try:
        scenario = scenario_of(reading)
    except InputError:  # of another version: it may draw anything
        return True
    if scenario is None or scenario.history is not None or len(scenario.plan) > 1:
        return True
    if any(scenario.drawn.values()) or any(map(_is_drawn, scenario.raid.values())):
        return True
    resolved = [resolve_architecture(scenario, name) for name in scenario.architecture]
    networks = [one.network for one in resolved if one.network is not None]
    return any(isinstance(network.onset_s, tuple) for network in networks) or any(
        cell.assign is not None for one in resolved for cell in one.cells
    )


def _is_drawn(wave: Wave) -> bool:
    """Whether a world draws how many come, when, at what, or by which route."""
    return (
        wave.laydown
        or not isinstance(wave.count, int)
        or isinstance(wave.start_s, tuple)
        or len(wave.asset_weights) > 1
    )
