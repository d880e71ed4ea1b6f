"""Scenario: what the user wrote, validated and complete, or every fault at its line."""

from mcdefense.scenario.architecture import (
    Cell,
    ResolvedArchitecture,
    Spoke,
    expand_cells,
    resolve_architecture,
)
from mcdefense.scenario.distributions import quantile
from mcdefense.scenario.doctrine import (
    CellDoctrine,
    ClassDoctrine,
    ClassDoctrines,
    cell_doctrine_for,
    doctrine_for,
)
from mcdefense.scenario.load import load, loads
from mcdefense.scenario.model_scenario import Filled, Scenario
from mcdefense.scenario.override_notes import override_notes
from mcdefense.scenario.overrides import with_override_tables
from mcdefense.scenario.paths import (
    expand_paths,
    named_paths,
    uncertain_paths,
    value_at,
    with_values,
    world_values,
)
from mcdefense.scenario.schema import scenario_schema

__all__ = [
    "Cell",
    "CellDoctrine",
    "ClassDoctrine",
    "ClassDoctrines",
    "Filled",
    "ResolvedArchitecture",
    "Scenario",
    "Spoke",
    "cell_doctrine_for",
    "doctrine_for",
    "expand_cells",
    "expand_paths",
    "load",
    "loads",
    "named_paths",
    "override_notes",
    "quantile",
    "resolve_architecture",
    "scenario_schema",
    "uncertain_paths",
    "value_at",
    "with_override_tables",
    "with_values",
    "world_values",
]
