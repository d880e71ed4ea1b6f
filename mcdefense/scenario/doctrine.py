"""Doctrine in force for a cell: tables merged in file order over the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from mcdefense.scenario.model_command import CELL_KEYS, Doctrine
from mcdefense.scenario.model_raid import Threat
from mcdefense.scenario.model_scenario import Scenario
from mcdefense.scenario.values import IfAbsent

_CLASS_KEYS = tuple(
    key for key in Doctrine.model_fields if key not in ("cells", "classes", *CELL_KEYS)
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
    looks_kept: int
    pooled_reserve: Mapping[str, int]
    passed_on: dict[str, float]
    """All other keys: whole numbers, or times [s]."""


PASSED_ON: dict[str, float] = {
    key: value
    for key, value in IfAbsent.values_of(Doctrine).items()
    if key in _CLASS_KEYS and key not in {field.name for field in fields(ClassDoctrine)}
}
"""Keys that reach a rule as they are, with their values where no table gives them."""


@dataclass(frozen=True)
class CellDoctrine:
    """How one cell shares out its fire; keys as in the file."""

    burst_s: float
    allot: Literal["even", "first_come"]
    random: bool | None
    """None: drawn where several cells reach one threat."""
    decision_s: float


class ClassDoctrines:
    """Doctrines of cells against threat classes; equal ones are found once."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._tables = _given(scenario, _CLASS_KEYS)
        self._found: dict[tuple[tuple[int, ...], float, int], ClassDoctrine] = {}

    def of(self, cell_name: str, threat_class: str) -> ClassDoctrine:
        """Doctrine of a cell against a threat class, after all tables in whose scope both are."""
        threat = self._scenario.threat.get(threat_class) or Threat()
        of_class = {"called": threat.called, "looks_kept": threat.looks_kept}
        holding = tuple(
            i
            for i, (cells, classes, _) in enumerate(self._tables)
            if (cells is None or cell_name in cells)
            and (classes is None or threat_class in classes)
        )
        key = (holding, threat.called, threat.looks_kept)
        if key not in self._found:
            merged: dict[str, Any] = {}
            for i in holding:
                merged |= self._tables[i][2]
            self._found[key] = _class_doctrine(merged, of_class)
        return self._found[key]


def doctrine_for(scenario: Scenario, cell_name: str, threat_class: str) -> ClassDoctrine:
    """Doctrine of a cell against a threat class, after all tables in whose scope both are."""
    return ClassDoctrines(scenario).of(cell_name, threat_class)


def _class_doctrine(merged: dict[str, Any], of_class: dict[str, Any]) -> ClassDoctrine:
    given = {**_defaults(_CLASS_KEYS), "last_salvo": None, "pooled_reserve": {}}
    given |= of_class | merged
    given.setdefault("others_kills_s", given["assessment_s"])
    passed_on = {key: given.pop(key) for key in PASSED_ON}
    return ClassDoctrine(**given, passed_on=passed_on)


def _defaults(keys: tuple[str, ...]) -> dict[str, Any]:
    """Values of the keys that have one where no table gives it."""
    return {key: value for key, value in IfAbsent.values_of(Doctrine).items() if key in keys}


def cell_doctrine_for(scenario: Scenario, cell_name: str) -> CellDoctrine:
    """Doctrine of a cell as a whole, after all tables in whose scope it is."""
    merged: dict[str, Any] = {}
    for cells, classes, given in _given(scenario, CELL_KEYS):
        if classes is None and (cells is None or cell_name in cells):
            merged |= given
    return CellDoctrine(**{**_defaults(CELL_KEYS), "random": None, **merged})


def _given(
    scenario: Scenario, keys: tuple[str, ...]
) -> list[tuple[tuple[str, ...] | None, tuple[str, ...] | None, dict[str, Any]]]:
    """Cells and classes of every table, None all, and what it gives."""
    return [
        (
            table.cells,
            table.classes,
            {key: value for key in keys if (value := getattr(table, key)) is not None},
        )
        for table in scenario.doctrine.values()
    ]
