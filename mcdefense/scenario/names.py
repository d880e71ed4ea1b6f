"""Names that a scenario's entries refer to, and the faults of names that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable

from mcdefense.scenario.faults import Report, unknown
from mcdefense.scenario.fill import LIBRARIES, library_document
from mcdefense.scenario.model_scenario import PathParts, Scenario


def names_of(scenario: Scenario, section: str) -> list[str]:
    """Names of a section, those of entries that have faults of their own included."""
    table = scenario._cache.entries["document"].get(section, {})
    return list(table) if isinstance(table, dict) else []


def class_names_of(scenario: Scenario) -> set[str]:
    """Threat classes that may be named: the scenario's and those of its library."""
    known = set(names_of(scenario, "threat"))
    if scenario.library in LIBRARIES:
        known.update(library_document(scenario.library)["threat"])
    return known


def asset_names_of(scenario: Scenario) -> list[str]:
    """What threats may fly at: assets, and batteries and sensors by section and name."""
    return [
        *names_of(scenario, "asset"),
        *(f"battery.{name}" for name in names_of(scenario, "battery")),
        *(f"sensor.{name}" for name in names_of(scenario, "sensor")),
    ]


def check_names(
    report: Report,
    path: PathParts,
    kind: str,
    names: Iterable[str] | None,
    known: Iterable[str],
) -> None:
    """Adds a fault for every name that is not known; `kind` as in "a battery"."""
    options = set(known)
    for index, name in enumerate(names or ()):
        if name not in options:
            report.add((*path, index), unknown(kind, name, options))
