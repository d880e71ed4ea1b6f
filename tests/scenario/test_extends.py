"""A copy of an architecture has all that its original has, and what names the original names it."""

from __future__ import annotations

import pytest

from mcdefense.errors import InputError
from mcdefense.scenario import (
    Spoke,
    doctrine_for,
    loads,
    resolve_architecture,
    uncertain_paths,
)

ARCHITECTURES = """
[architecture.full]
label = "full coordination"
join = ["north", "lookout"]
share = "launch"
latency_s = 3
links.full = { share = "warning", latency_s = 5 }
network = { availability = 0.9, fallback = "separate" }
set = { "battery.north.reaction_s" = 3, "battery.south.reaction_s" = 4 }
[architecture.parts]
cells.east = { batteries = ["north"], share = "launch", latency_s = 2 }
cells.west = { batteries = ["south"], sensors = ["lookout"] }
links.east = { latency_s = 6 }
[doctrine.joined]
cells = ["full"]
salvo = [2]
[coin.merged]
level = "threat"
probability = 0.9
architectures = ["full"]
[coin.post]
level = "cell"
probability = 0.8
cells = ["full"]
[uncertainty.network]
paths = ["architecture.full.network.availability", "architecture.full.links.full.availability"]
distribution = "uniform"
low = 0.5
high = 1
"""


def text(sketch: str, more: str) -> str:
    head = sketch[: sketch.index("[architecture.integrated]")]
    return head + ARCHITECTURES + more


def test_a_copy_is_the_original_but_for_its_label(sketch: str) -> None:
    scenario = loads(text(sketch, '[architecture.plus]\nextends = "full"\n'))
    full, plus = (resolve_architecture(scenario, name) for name in ("full", "plus"))
    one, two = full.cells[0], plus.cells[0]
    assert (one.name, two.name) == ("full", "plus")
    assert (two.batteries, two.sensors, two.share, two.latency_s) == (
        one.batteries,
        one.sensors,
        "launch",
        3.0,
    )
    assert two.spoke == one.spoke == Spoke("warning", 5.0, 1.0)
    assert full.cells[1:] == plus.cells[1:]
    assert (plus.label, plus.network, plus.fallback) == ("plus", full.network, "separate")
    assert plus.set_paths == full.set_paths
    assert plus.scenario.battery["north"].reaction_s == 3
    assert doctrine_for(scenario, "plus", "one_way_drone").salvo == (2,)
    assert scenario.coin["merged"].architectures == ("full", "plus")
    assert scenario.coin["post"].cells == ("full", "plus")
    assert uncertain_paths(scenario)["network"] == (
        "architecture.full.network.availability",
        "architecture.full.links.full.availability",
        "architecture.plus.network.availability",
        "architecture.plus.links.plus.availability",
    )


def test_own_keys_come_before_and_tables_are_merged(sketch: str) -> None:
    more = '[architecture.plus]\nextends = "full"\nlatency_s = 1\nnetwork.availability = 0.5\n'
    more += 'set = { battery.south.reaction_s = 6, "battery.south.hold_s" = 1 }\n'
    more += '[architecture.split]\nextends = "parts"\ncells.east.latency_s = 9\n'
    scenario = loads(text(sketch, more))
    plus = resolve_architecture(scenario, "plus")
    assert plus.cells[0].latency_s == 1.0
    assert plus.network is not None
    assert (plus.network.availability, plus.fallback) == (0.5, "separate")
    own = plus.scenario.battery
    assert (own["north"].reaction_s, own["south"].reaction_s, own["south"].hold_s) == (3, 6, 1)
    assert "architecture.plus.network.availability" not in uncertain_paths(scenario)["network"]
    east, west = resolve_architecture(scenario, "split").cells
    assert (east.batteries, east.share, east.latency_s) == (("north",), "launch", 9.0)
    assert east.spoke == Spoke("engage", 6.0, 1.0)
    assert west.batteries == ("south",)


def test_a_copy_that_replaces_the_joined_cell_is_not_named_for_it(sketch: str) -> None:
    more = '[architecture.wide]\nextends = "full"\njoin = "all"\n'
    more += '[architecture.apart]\nextends = "full"\ncells.a.batteries = ["north"]\n'
    more += (
        'cells.b.batteries = ["south"]\n[architecture.joined]\nextends = "parts"\njoin = "all"\n'
    )
    scenario = loads(text(sketch, more))
    assert scenario.doctrine["joined"].cells == ("full",)
    assert scenario.coin["merged"].architectures == ("full", "wide", "apart")
    wide = resolve_architecture(scenario, "wide")
    assert (wide.cells[0].name, wide.cells[0].latency_s) == ("wide", 3.0)
    apart = resolve_architecture(scenario, "apart")
    assert [(cell.share, cell.spoke) for cell in apart.cells] == [("engage", None)] * 2
    joined = resolve_architecture(scenario, "joined")
    assert [(cell.name, cell.spoke) for cell in joined.cells] == [("joined", None)]


def test_chains_and_overrides_of_the_original_reach_every_copy(sketch: str) -> None:
    more = '[architecture.last]\nextends = "plus"\n[architecture.plus]\nextends = "full"\n'
    scenario = loads(
        text(sketch, more),
        overrides={
            "architecture.full.latency_s": 8,
            "architecture.full.network.availability": 0.25,
            "architecture.full.set.battery.north.reaction_s": 2,
            "battery.north.reaction_s": 5,
        },
    )
    for name in ("full", "plus", "last"):
        resolved = resolve_architecture(scenario, name)
        assert resolved.cells[0].latency_s == 8.0
        assert resolved.network is not None
        assert resolved.network.availability == 0.25
        assert resolved.scenario.battery["north"].reaction_s == 2.0
        assert doctrine_for(scenario, name, "one_way_drone").salvo == (2,)
    assert not [p for p in uncertain_paths(scenario)["network"] if "network" in p]
    assert scenario.coin["merged"].architectures == ("full", "plus", "last")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            '[architecture.p]\nextends = "ful"',
            "architecture.p.extends: got 'ful', expected the name",
        ),
        ('[architecture.p]\nextends = "p"', "architecture.p.extends: got 'p', itself, expected"),
        (
            '[architecture.p]\nextends = "q"\n[architecture.q]\nextends = "r"\n'
            '[architecture.r]\nextends = "p"',
            "architecture.r.extends: got 'p', which extends r in turn, expected another",
        ),
        ("[architecture.p]\nextends = 3", "architecture.p.extends: got 3, expected text"),
        (
            '[architecture.p]\nextends = "full"\nset = { "battery.nroth.hold_s" = 1 }',
            "architecture.p.set.battery.nroth.hold_s: the path matches nothing",
        ),
    ],
)
def test_what_cannot_be_extended_is_refused_at_its_line(
    sketch: str, more: str, expected: str
) -> None:
    whole = text(sketch, more + "\n")
    with pytest.raises(InputError) as caught:
        loads(whole, name="s.toml")
    (fault,) = str(caught.value).splitlines()
    place, _, rest = fault.partition(": ")
    assert rest.startswith(expected)
    assert int(place.removeprefix("s.toml:")) > ARCHITECTURES.count("\n")


def test_a_fault_of_the_original_is_told_once(sketch: str) -> None:
    whole = text(sketch, '[architecture.plus]\nextends = "full"\n')
    with pytest.raises(InputError) as caught:
        loads(whole.replace('"battery.north.reaction_s" = 3', '"battery.north.reaction_s" = -3'))
    (fault,) = str(caught.value).splitlines()
    assert "architecture.full.set.battery.north.reaction_s: got -3" in fault or (
        "architecture.plus.set.battery.north.reaction_s: got -3" in fault
    )
