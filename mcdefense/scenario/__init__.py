"""Scenario: what the user wrote, validated and complete, or every fault at its line."""

from mcdefense.scenario.architecture import (
    Cell,
    ResolvedArchitecture,
    Spoke,
    expand_cells,
    posts_of,
    replayed_fallbacks,
    resolve_architecture,
)
from mcdefense.scenario.changes import Change, changes, said_keys
from mcdefense.scenario.distributions import quantile
from mcdefense.scenario.doctrine import (
    PASSED_ON,
    CellDoctrine,
    ClassDoctrine,
    ClassDoctrines,
    cell_doctrine_for,
    doctrine_for,
)
from mcdefense.scenario.document import RESULT_FILETYPE, STUDY_FILETYPE, parse, parse_value
from mcdefense.scenario.drawn_worlds import draws_worlds
from mcdefense.scenario.faults import did_you_mean, short, unknown
from mcdefense.scenario.late import late_text, with_least_and_greatest_latency
from mcdefense.scenario.load import first_laydown, load, loads, without_tables
from mcdefense.scenario.model_command import CELL_KEYS, Coin, Doctrine, Run
from mcdefense.scenario.model_defence import Battery, Reload
from mcdefense.scenario.model_raid import Origin, Threat, Wave
from mcdefense.scenario.model_scenario import Filled, Scenario
from mcdefense.scenario.names import by_label, with_labels
from mcdefense.scenario.override_notes import override_notes
from mcdefense.scenario.overrides import (
    SET_OPTION,
    overlap,
    reaches,
    toml_text,
    with_override_tables,
)
from mcdefense.scenario.paths import (
    bounds_at,
    expand_paths,
    named_paths,
    uncertain_paths,
    value_at,
    with_values,
    world_values,
)
from mcdefense.scenario.real_places import (
    PLACED,
    Apart,
    draws_of_one_place,
    may_be_real,
    sites_of,
    told_apart,
    written,
)
from mcdefense.scenario.schema import scenario_schema
from mcdefense.scenario.threat_names import ThreatName, threat_named
from mcdefense.scenario.values import (
    MAX_ARCHITECTURES,
    MAX_NUMBER,
    MAX_OBJECTS,
    MAX_ONSET_S,
    MAX_SEED,
    MAX_TRIALS,
    MAX_WORLDS,
)
from mcdefense.scenario.variants import flatten, variant_name

__all__ = [
    "CELL_KEYS",
    "MAX_ARCHITECTURES",
    "MAX_NUMBER",
    "MAX_OBJECTS",
    "MAX_ONSET_S",
    "MAX_SEED",
    "MAX_TRIALS",
    "MAX_WORLDS",
    "PASSED_ON",
    "PLACED",
    "RESULT_FILETYPE",
    "SET_OPTION",
    "STUDY_FILETYPE",
    "Apart",
    "Battery",
    "Cell",
    "CellDoctrine",
    "Change",
    "ClassDoctrine",
    "ClassDoctrines",
    "Coin",
    "Doctrine",
    "Filled",
    "Origin",
    "Reload",
    "ResolvedArchitecture",
    "Run",
    "Scenario",
    "Spoke",
    "Threat",
    "ThreatName",
    "Wave",
    "bounds_at",
    "by_label",
    "cell_doctrine_for",
    "changes",
    "did_you_mean",
    "doctrine_for",
    "draws_of_one_place",
    "draws_worlds",
    "expand_cells",
    "expand_paths",
    "first_laydown",
    "flatten",
    "late_text",
    "load",
    "loads",
    "may_be_real",
    "named_paths",
    "overlap",
    "override_notes",
    "parse",
    "parse_value",
    "posts_of",
    "quantile",
    "reaches",
    "replayed_fallbacks",
    "resolve_architecture",
    "said_keys",
    "scenario_schema",
    "short",
    "sites_of",
    "threat_named",
    "told_apart",
    "toml_text",
    "uncertain_paths",
    "unknown",
    "value_at",
    "variant_name",
    "with_labels",
    "with_least_and_greatest_latency",
    "with_override_tables",
    "with_values",
    "without_tables",
    "world_values",
    "written",
]
