"""Doctrine in force for a cell: tables merged in file order over the defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from mcdefense.scenario.model_command import CELL_KEYS
from mcdefense.scenario.model_scenario import Scenario

_CLASS_KEYS = (
    "salvo",
    "last_salvo",
    "assessment_s",
    "others_kills_s",
    "dead_called_alive",
    "live_called_dead",
    "called",
    "identification_s",
    "choice",
    "adequate_sspk",
    "hold_stock",
)


@dataclass(frozen=True)
class ClassDoctrine:
    """How one cell engages one threat class; keys as in the file."""

    salvo: tuple[int, ...]
    last_salvo: int | Literal["rest"] | None
    """None: the last chance is a look like any other."""
    assessment_s: float
    others_kills_s: float | Literal["never"]
    dead_called_alive: float
    live_called_dead: float
    called: float
    identification_s: float
    choice: Literal["first", "cheapest_adequate"]
    adequate_sspk: float
    hold_stock: int


@dataclass(frozen=True)
class CellDoctrine:
    """How one cell shares out its fire; keys as in the file."""

    burst_s: float
    allot: Literal["even", "first_come"]
    random: bool | None
    """None: drawn where several cells reach one threat."""
    decision_s: float


def doctrine_for(scenario: Scenario, cell_name: str, threat_class: str) -> ClassDoctrine:
    """Doctrine of a cell against a threat class, after all tables in whose scope both are."""
    merged = _merged(scenario, cell_name, threat_class, _CLASS_KEYS)
    assessment_s = merged.get("assessment_s", 10.0)
    threat = scenario.threat.get(threat_class)
    defaults: dict[str, Any] = {
        "salvo": (1,),
        "last_salvo": None,
        "assessment_s": assessment_s,
        "others_kills_s": assessment_s,
        "dead_called_alive": 0.0,
        "live_called_dead": 0.0,
        "called": 1.0 if threat is None else threat.called,
        "identification_s": 0.0,
        "choice": "first",
        "adequate_sspk": 0.5,
        "hold_stock": 0,
    }
    return ClassDoctrine(**{**defaults, **merged})


def cell_doctrine_for(scenario: Scenario, cell_name: str) -> CellDoctrine:
    """Doctrine of a cell as a whole, after all tables in whose scope it is."""
    merged = _merged(scenario, cell_name, None, CELL_KEYS)
    defaults: dict[str, Any] = {
        "burst_s": 0.0,
        "allot": "even",
        "random": None,
        "decision_s": 0.0,
    }
    return CellDoctrine(**{**defaults, **merged})


def _merged(
    scenario: Scenario, cell: str, threat_class: str | None, keys: tuple[str, ...]
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for table in scenario.doctrine.values():
        in_cell = table.cells is None or cell in table.cells
        in_class = table.classes is None or threat_class in table.classes
        if in_cell and in_class:
            given = {key: getattr(table, key) for key in keys}
            merged.update({key: value for key, value in given.items() if value is not None})
    return merged
