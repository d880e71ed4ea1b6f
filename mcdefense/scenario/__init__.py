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
from mcdefense.scenario.model_command import Coin
from mcdefense.scenario.model_raid import Origin, Threat, Wave
from mcdefense.scenario.model_scenario import Filled, Scenario
from mcdefense.scenario.paths import (
    expand_paths,
    uncertain_paths,
    value_at,
    with_values,
    world_values,
)
from mcdefense.scenario.schema import scenario_schema
from mcdefense.scenario.values import (
    MAX_ARCHITECTURES,
    MAX_OBJECTS,
    MAX_SEED,
    MAX_TRIALS,
    MAX_WORLDS,
)

__all__ = [
    "MAX_ARCHITECTURES",
    "MAX_OBJECTS",
    "MAX_SEED",
    "MAX_TRIALS",
    "MAX_WORLDS",
    "Cell",
    "CellDoctrine",
    "ClassDoctrine",
    "ClassDoctrines",
    "Coin",
    "Filled",
    "Origin",
    "ResolvedArchitecture",
    "Scenario",
    "Spoke",
    "Threat",
    "Wave",
    "cell_doctrine_for",
    "doctrine_for",
    "expand_cells",
    "expand_paths",
    "load",
    "loads",
    "quantile",
    "resolve_architecture",
    "scenario_schema",
    "uncertain_paths",
    "value_at",
    "with_values",
    "world_values",
]
