"""From document to scenario: what each phase keeps, and what a copy of a scenario keeps of it."""

from __future__ import annotations

import pickle

from mcdefense.scenario import (
    Scenario,
    cell_doctrine_for,
    doctrine_for,
    loads,
    override_notes,
    resolve_architecture,
    uncertain_paths,
    with_values,
    world_values,
)
from mcdefense.scenario.document import parse
from mcdefense.scenario.faults import descriptions
from mcdefense.scenario.model_command import Doctrine
from mcdefense.scenario.values import IfAbsent

UNCERTAIN = """
[uncertainty.reaction]
paths        = ["battery.*.reaction_s"]
as           = "factor"
distribution = "uniform"
low          = 0.5
high         = 2.0
"""
QUICK = 'set = { "battery.north.reaction_s" = 3 }\n'
SLOW_SOUTH = {"battery.south.reaction_s": 40.0}


def scenario_of(sketch: str) -> Scenario:
    """The sketch with a `set`, an uncertainty and a value from outside of the file."""
    return loads(sketch + QUICK + UNCERTAIN, name="sketch.toml", overrides=SLOW_SOUTH)


def assert_knows_its_origins(scenario: Scenario, sketch: str) -> None:
    assert scenario.text == sketch + QUICK + UNCERTAIN
    assert scenario.overrides == (("battery.south.reaction_s", "40.0"),)
    assert scenario.where("battery", "north") == "sketch.toml:9"
    assert len(scenario.sha256) == 64
    assert "battery.south.reaction_s" in scenario.fixed
    assert "interceptor.long_sam.cost" in {one.path for one in scenario.filled}
    (note,) = override_notes(scenario)
    assert "[uncertainty.reaction] no longer draws it, but 1 other value still" in note
    own = resolve_architecture(scenario, "integrated")
    assert own.scenario.battery["north"].reaction_s == 3
    assert own.set_paths == {"battery.north.reaction_s"}
    assert world_values(scenario, {"reaction": 2.0}) == {"battery.north.reaction_s": 20.0}
    assert world_values(own.scenario, {"reaction": 2.0}) == {"battery.north.reaction_s": 6.0}


def test_a_copy_keeps_the_origins_however_it_is_made(sketch: str) -> None:
    scenario = scenario_of(sketch)
    assert_knows_its_origins(scenario, sketch)
    assert_knows_its_origins(scenario.model_copy(update={"title": "Another"}), sketch)
    assert_knows_its_origins(scenario.model_copy(deep=True), sketch)
    assert_knows_its_origins(pickle.loads(pickle.dumps(scenario)), sketch)
    assert_knows_its_origins(with_values(scenario, {"sensor.lookout.p_look": 0.5}), sketch)


def test_nothing_is_worked_out_later_in_a_loaded_scenario(sketch: str) -> None:
    scenario = scenario_of(sketch)
    before = pickle.dumps(scenario)
    resolve_architecture(with_values(scenario, {"sensor.lookout.p_look": 0.5}), "integrated")
    world_values(scenario, {"reaction": 2.0})
    override_notes(scenario)
    assert pickle.dumps(scenario) == before
    assert scenario.changes == {}
    assert list(scenario.effective) == ["integrated"]
    for one in (scenario, scenario.effective["integrated"]):
        assert one.drawn == uncertain_paths(one) == {"reaction": ("battery.north.reaction_s",)}


def test_a_scenario_of_no_file_has_no_origins() -> None:
    scenario = Scenario(title="Of no file")
    assert scenario.origins.report is None
    assert scenario.where("battery") == "Of no file"
    assert (scenario.text, scenario.given, scenario.fixed) == ("", (), frozenset())


def test_tables_say_whether_their_columns_were_read(table: str) -> None:
    scenario = loads(table)
    assert scenario.opportunities is not None
    assert scenario.opportunities.loaded
    unread = scenario.opportunities.with_columns(None)
    assert not unread.loaded
    assert scenario.opportunities.loaded
    own = loads(table + '\n[architecture.cheap]\nset = { "interceptor.round.cost" = 7 }\n')
    assert own.effective["cheap"].opportunities is own.opportunities


def test_a_document_knows_text_and_lines() -> None:
    document = parse("[run]\nseed = 3\n", "run.toml")
    assert document.tree == {"run": {"seed": 3}}
    assert document.positions.line(("run", "seed")) == 2
    assert (document.name, document.text) == ("run.toml", "[run]\nseed = 3\n")


def test_defaults_of_doctrine_are_told_where_they_are_given(table: str) -> None:
    defaults = IfAbsent.values_of(Doctrine)
    scenario = loads(table)
    battery, wave = next(iter(scenario.battery)), next(iter(scenario.raid.values()))
    against = doctrine_for(scenario, battery, wave.class_)
    cell = cell_doctrine_for(scenario, battery)
    assert len(defaults) == 11
    texts = descriptions(Doctrine)
    for key, value in defaults.items():
        assert getattr(cell if hasattr(cell, key) else against, key) == value, key
        assert " Default " in texts[key], key
    assert texts["salvo"].endswith("Default [1].")
    assert texts["assessment_s"].endswith("Default 10.")
    assert texts["choice"].endswith("Default cheapest_adequate.")
    assert against.others_kills_s == defaults["assessment_s"]
