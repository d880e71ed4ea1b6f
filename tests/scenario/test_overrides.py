"""A value set from outside holds, whatever else in the scenario says something of it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from mcdefense.errors import InputError
from mcdefense.scenario import (
    Scenario,
    doctrine_for,
    loads,
    override_notes,
    resolve_architecture,
    uncertain_paths,
    value_at,
    with_override_tables,
    world_values,
)
from mcdefense.scenario.overrides import override_pairs, toml_text

TEXT = """\
title = "two batteries"
[battery.a]
magazine = { round = 9 }
[battery.b]
magazine = { round = 9, other = 2 }
reaction_s = 3
[interceptor.round]
against.drone.sspk = 0.5
[interceptor.other]
against.drone.sspk = 0.25
against.missile.sspk = 0.75
[threat.drone]
[threat.missile]
[raid.one]
class = "drone"
count = 1
start_s = 0
[opportunities]
rows = [
  { threat = "one", battery = "a", interceptor = "round", launch_s = 10, intercept_s = 19 },
  { threat = "one", battery = "b", interceptor = "round", launch_s = 20, intercept_s = 29 },
]
[doctrine.all]
assessment_s = 8
[uncertainty.network]
paths = ["doctrine.all.assessment_s", "architecture.full.network.availability"]
distribution = "uniform"
low = 0.5
high = 1
[uncertainty.reaction]
paths = ["battery.*.reaction_s"]
as = "factor"
distribution = "uniform"
low = 0.5
high = 2
[architecture.alone]
[architecture.full]
join = "all"
network = { availability = 0.9 }
[architecture.full.set]
"battery.a.reaction_s" = 7
battery.b.hold_s = 4
"""
DRAWS = {"network": 0.75, "reaction": 2.0}


def of(*overrides: tuple[str, str]) -> Scenario:
    return loads(TEXT, name="two.toml", overrides=overrides)


def faults(*overrides: tuple[str, Any], text: str = TEXT) -> list[str]:
    with pytest.raises(InputError) as caught:
        loads(text, name="two.toml", overrides=overrides)
    return str(caught.value).splitlines()


def drawn(scenario: Scenario, architecture: str, path: str) -> Any:
    """What stands at a path under an architecture in a world with the draws above."""
    own = resolve_architecture(scenario, architecture)
    values = world_values(own.scenario, DRAWS, own.set_paths)
    return values.get(path, value_at(own.scenario, path))


def test_it_wins_over_a_draw_that_replaces_and_says_so() -> None:
    path = "doctrine.all.assessment_s"
    assert drawn(of(), "alone", path) == 0.75
    scenario = of((path, "0.5"))
    assert drawn(scenario, "alone", path) == drawn(scenario, "full", path) == 0.5
    assert uncertain_paths(scenario)["network"] == ("architecture.full.network.availability",)
    assert override_notes(scenario) == (
        f"{path}: fixed at 0.5; [uncertainty.network] no longer draws it, but 1 other value still",
    )
    assert drawn(scenario, "full", "architecture.full.network.availability") == 0.75


def test_it_wins_over_a_draw_that_multiplies() -> None:
    path = "battery.b.reaction_s"
    assert drawn(of(), "alone", path) == 6.0
    scenario = of((path, "5"))
    assert drawn(scenario, "alone", path) == drawn(scenario, "full", path) == 5.0
    assert drawn(scenario, "full", "battery.a.reaction_s") == 14.0


@pytest.mark.parametrize(
    ("path", "value", "left"),
    [
        ("architecture.full.network", '{ availability = 0.6, fallback = "alone" }', 1),
        ("doctrine.all", "{ assessment_s = 6 }", 1),
        ("architecture.full.network", '{ fallback = "alone" }', 2),
    ],
)
def test_a_table_fixes_the_values_in_it(path: str, value: str, left: int) -> None:
    assert len(uncertain_paths(of((path, value)))["network"]) == left


@pytest.mark.parametrize("inner", ["sspk", "sspk.1.1"])
def test_an_element_of_a_drawn_table_fixes_the_table(inner: str) -> None:
    text = (
        'library = "notional-1"\n[asset.x]\nat_deg = [50, 20]\n[battery.n]\nclass = "medium_sam"\n'
    )
    text += (
        "at_deg = [50, 20]\n[interceptor.medium_sam]\nagainst.aircraft.sspk = [[0, 0.8], [9, 0.4]]"
    )
    text += '\n[raid.r]\nclass = "aircraft"\ncount = 1\narrival_s = 0\n'
    text += "from = { bearing_deg = 9, range_km = 99 }\n"
    text += '[uncertainty.k]\npaths = ["interceptor.*.against.*.sspk"]\nas = "factor"\n'
    text += 'distribution = "uniform"\nlow = 0.5\nhigh = 1\n'
    path = f"interceptor.medium_sam.against.aircraft.{inner}"
    assert len(uncertain_paths(loads(text))["k"]) == 1
    value = "0.6" if inner.endswith("1") else "[[0, 0.6]]"
    assert uncertain_paths(loads(text, overrides=[(path, value)]))["k"] == ()


def test_it_wins_over_a_set_unless_the_set_is_addressed() -> None:
    path, full = "battery.a.reaction_s", "architecture.full.set.battery.a.reaction_s"
    assert drawn(of(), "full", path) == 14.0  # a factor multiplies what is set
    scenario = of((path, "4"))
    assert [drawn(scenario, name, path) for name in scenario.architecture] == [4.0, 4.0]
    assert "the `set` of [architecture.full] no longer gives 7" in override_notes(scenario)[0]
    scenario = of((full, "6"))
    assert [drawn(scenario, name, path) for name in scenario.architecture] == [0.0, 6.0]
    assert override_notes(scenario) == (f"{full}: fixed at 6; it holds in full alone",)
    scenario = of((full, "6"), (path, "4"))
    assert [drawn(scenario, name, path) for name in scenario.architecture] == [4.0, 6.0]
    assert "in full the override of its `set` holds, 6" in override_notes(scenario)[1]


@pytest.mark.parametrize("quoted", ["battery.b.hold_s", '"battery.b.hold_s"', 'battery."b".hold_s'])
def test_a_setting_is_addressed_however_its_dots_are_quoted(quoted: str) -> None:
    scenario = of((f"architecture.full.set.{quoted}", "9"))
    assert drawn(scenario, "full", "battery.b.hold_s") == 9.0
    assert list(scenario.architecture["full"].set) == ["battery.a.reaction_s", "battery.b.hold_s"]


def test_wildcards_are_those_of_uncertainty() -> None:
    scenario = of(("interceptor.*.against.*.sspk", "0.125"))
    known = [i.against[k].sspk for i in scenario.interceptor.values() for k in i.against]
    assert known == [0.125] * 3
    assert list(scenario.interceptor["round"].against) == ["drone"]  # no new capability
    assert "missile" not in scenario.interceptor["round"].against
    scenario = of(("battery.*.magazine.other", "7"))
    assert [dict(b.magazine) for b in scenario.battery.values()] == [
        {"round": 9},
        {"round": 9, "other": 7},
    ]
    scenario = of(
        ("battery.*.channels", "2"), ("*.all.salvo", "[2]"), ("battery.[b-z].hold_s", "1")
    )
    assert [b.channels for b in scenario.battery.values()] == [2, 2]
    assert [b.hold_s for b in scenario.battery.values()] == [0.0, 1.0]
    assert scenario.doctrine["all"].salvo == (2,)
    assert override_notes(scenario)[0] == "battery.*.channels: fixed at 2 in 2 places"


def test_a_wildcard_reaches_what_only_a_set_brings() -> None:
    text = (
        TEXT + "battery.a.magazine = { third = 3 }\n[interceptor.third]\nagainst.drone.sspk = 0.9\n"
    )
    scenario = loads(text, overrides=[("battery.*.magazine.*", "5")])
    assert resolve_architecture(scenario, "full").scenario.battery["a"].magazine["third"] == 5


def test_the_general_before_the_special() -> None:
    scenario = of(("battery.*.reaction_s", "5"), ("battery.b.reaction_s", "6"))
    assert [b.reaction_s for b in scenario.battery.values()] == [5.0, 6.0]
    (fault,) = faults(("battery.b.reaction_s", "6"), ("battery.*.reaction_s", "5"))
    assert fault.startswith("--set: battery.b.reaction_s: got 6 in vain, as a later override of ")


def test_an_entry_may_be_made_where_its_name_is_its_own() -> None:
    scenario = of(("doctrine.cruise.choice", "first"), ("doctrine.cruise.classes", "['drone']"))
    assert doctrine_for(scenario, "a", "drone").choice == "first"
    assert (
        "[doctrine.cruise] is new and holds for every cell against drone"
        in (override_notes(scenario)[0])
    )
    assert "did you mean 'all'?" in override_notes(of(("doctrine.al.salvo", "[2]")))[0]
    scenario = of(("coin.rain.level", "raid"), ("coin.rain.probability", "0.5"))
    assert scenario.coin["rain"].probability == 0.5
    scenario = of(("architecture.alone.network.availability", "0.5"))
    assert scenario.architecture["alone"].network is not None
    (fault,) = faults(("coin.rain.probability", "0.5"))
    assert fault.startswith("--set: coin.rain.level: got nothing")
    for path in ("architecture.ful.latency_s", "battery.c.reaction_s", "raid.two.count"):
        (fault,) = faults((path, "3"))
        assert "the path matches nothing" in fault


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (
            [("battery.c*.reaction_s", "2")],
            "--set: battery.c*.reaction_s: the path matches nothing",
        ),
        (
            [("battery.a.magazin.sam", "2")],
            "--set: battery.a.magazin: unknown key; did you mean 'magazine'?",
        ),
        ([("run.*.worlds", "2")], "--set: run.*.worlds: the path matches nothing"),
        ([("*.worlds", "2")], "--set: *.worlds: the path matches nothing"),
        ([("battery.*.reaction", "2")], "--set: battery.*.reaction: the path matches nothing"),
        ([("run.worlds", "1"), ("run.worlds", "2")], "--set: run.worlds: got 1 in vain"),
        (
            [("doctrine.all.salvo", "[1]"), ("doctrine.all", "{ assessment_s = 5 }")],
            "--set: doctrine.all.salvo: got [1] in vain",
        ),
        ([("run.worlds", "many")], "--set: run.worlds: got 'many', expected a whole number"),
        (
            [("battery.a.reaction_s", "nan")],
            "--set: battery.a.reaction_s: got nan, expected finite",
        ),
        ([("uncertainty.reaction.low", "3")], "two.toml:35: uncertainty.reaction.high: got 2, exp"),
        ([("uncertainty.reaction.high", "0")], "--set: uncertainty.reaction.high: got 0, expected"),
        ([("battery.a.reaction_s", None)], "--set: battery.a.reaction_s: got nothing (NoneType)"),
        ([("battery.a.reaction_s\n", "1")], "--set: got the path 'battery.a.reaction_s\\n', expec"),
    ],
)
def test_what_does_not_fit_is_said_in_a_line(
    overrides: Sequence[tuple[str, Any]], expected: str
) -> None:
    (fault,) = faults(*overrides)
    assert fault.startswith(expected)


def test_the_same_value_twice_is_no_fault() -> None:
    assert of(("run.worlds", "2"), ("run.worlds", "2")).run.worlds == 2


def test_a_dict_of_python_values_is_the_same_as_the_options() -> None:
    values = {
        "battery.a.reaction_s": np.float64(2.5),
        "battery.b.magazine": {"round": 3},
        "doctrine.all.salvo": [1, 2],
        "doctrine.all.random": True,
        "doctrine.all.choice": "first",
        "run.worlds": "2",
    }
    options = [
        ("battery.a.reaction_s", "2.5"),
        ("battery.b.magazine", "{ round = 3 }"),
        ("doctrine.all.salvo", "[1, 2]"),
        ("doctrine.all.random", "true"),
        ("doctrine.all.choice", "first"),
        ("run.worlds", "2"),
    ]
    scenario, other = loads(TEXT, overrides=values), loads(TEXT, overrides=options)
    assert scenario.overrides == other.overrides == tuple(options)
    assert scenario.sha256 == other.sha256
    assert scenario.battery["b"].magazine == {"round": 3}


@pytest.mark.parametrize(
    "value",
    [
        "a 'b' \"c\" \\ \x7f\n\t\u2028\U0001f680",
        1.5,
        10**18,
        False,
        [1, [2]],
        {"a b": {"c": []}},
        {},
    ],
)
def test_every_value_comes_back_from_its_text(value: Any) -> None:
    text = toml_text(value)
    assert tomllib.loads(f"v = {text}")["v"] == value
    assert len(text.splitlines()) == 1


def test_a_text_of_several_lines_is_kept_as_one() -> None:
    ((_, text),) = override_pairs([("doctrine.all.salvo", "[\n 1,\n 2,\n]")])
    assert text == "[1, 2]"


def test_tables_in_the_file_are_overrides_too() -> None:
    pairs = [("battery.*.reaction_s", "5"), ("doctrine.all.choice", "first")]
    scenario = loads(with_override_tables(TEXT, pairs), name="two.toml")
    assert [b.reaction_s for b in scenario.battery.values()] == [5.0, 5.0]
    assert scenario.overrides == ()
    assert [one.path for one in scenario.override] == [path for path, _ in pairs]
    assert uncertain_paths(scenario)["reaction"] == ()
    again = loads(with_override_tables(TEXT, pairs), overrides=[("battery.*.reaction_s", "6")])
    assert again.battery["a"].reaction_s == 6.0
    assert override_notes(again)[0] == "battery.*.reaction_s: a later override replaces it"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("path = 'battery.c.hold_s'\nvalue = 1", "two.toml:44: battery.c.hold_s: the path matches"),
        (
            "path = 'battery.a.hold_s'\nvalue = -1",
            "two.toml:44: battery.a.hold_s: got -1, expected",
        ),
        (
            "path = 'battery.a.hold_s'",
            "two.toml:43: override[0].value: got nothing, expected the v",
        ),
        ("path = 3\nvalue = 1", "two.toml:44: override[0].path: got 3, expected a path in quotes"),
        ("path = 'run.seed'\nvalu = 1", "two.toml:43: override[0].value: got nothing, expected"),
    ],
)
def test_a_fault_of_such_a_table_has_its_line(table: str, expected: str) -> None:
    assert faults(text=f"{TEXT}[[override]]\n{table}\n")[0].startswith(expected)


def test_what_follows_a_class_follows_its_override() -> None:
    """Against a threat that takes its figures from another class a round is what it is against
    that class: whether the file has an entry of the round, or the library alone."""
    text = (
        'library = "notional-1"\n[asset.x]\nat_deg = [50, 20]\n[battery.n]\nclass = "medium_sam"\n'
    )
    text += 'at_deg = [50, 20]\n[threat.loud]\nclass = "one_way_drone"\n[threat.one_way_drone]\n'
    text += '[raid.r]\nclass = "loud"\ncount = 1\narrival_s = 0\n'
    text += "from = { bearing_deg = 9, range_km = 99 }\n"
    path = "interceptor.medium_sam.against.one_way_drone.sspk"
    for entry in ("", "[interceptor.medium_sam]\ncost = 2\n[interceptor.medium_sam.against]\n"):
        scenario = loads(text + entry, overrides=[(path, "0.125")])
        against = scenario.interceptor["medium_sam"].against
        assert against["one_way_drone"].sspk == against["loud"].sspk == 0.125
        assert "interceptor.medium_sam.against.loud.sspk" in scenario.fixed
