"""Names that lead nowhere and architectures that do not fit: one clear line each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcdefense.errors import InputError
from mcdefense.scenario import loads
from tests.scenario.conftest import SKETCH

JOINED = '[architecture.integrated]\njoin    = ["lookout", "north", "south"]\nshare   = "engage"'
END = 'fallback = "separate" }\n'

CELLS = "[architecture.integrated]\ncells.a = { batteries = %s }\ncells.b = { batteries = %s }"

# what it is, what in the sketch becomes what, text of the line named, key, part of the message
BAD = [
    (
        "battery in no cell",
        JOINED,
        CELLS % ('["north"]', "[]"),
        "cells.a",
        "architecture.integrated.cells",
        "got battery 'south' in no cell, expected every battery in exactly one",
    ),
    (
        "battery in two cells",
        JOINED,
        CELLS % ('["north", "south"]', '["south"]'),
        "cells.b",
        "architecture.integrated.cells.b.batteries[0]",
        "got battery 'south' in cell 'a' too",
    ),
    (
        "unknown class",
        '"medium_sam"',
        '"medium_sum"',
        "medium_sum",
        "battery.north.class",
        "did you mean 'medium_sam'?",
    ),
    (
        "unknown threat class",
        '"one_way_drone"',
        '"one_way_dron"',
        "one_way_dron",
        "raid.drones.class",
        "did you mean 'one_way_drone'?",
    ),
    (
        "unknown asset",
        'count     = 6\nasset     = "area"',
        'count     = 6\nasset     = "aera"',
        "aera",
        "raid.ballistic.asset",
        "did you mean 'area'?",
    ),
    (
        "unknown in join",
        '["lookout", "north", "south"]',
        '["lookout", "nroth", "south"]',
        "nroth",
        "architecture.integrated.join[1]",
        "did you mean 'north'?",
    ),
    (
        "unknown interceptor",
        "low_terminal = 16",
        "low_terminl = 16",
        "low_terminl",
        "battery.south.magazine.low_terminl",
        "expected the name of an interceptor",
    ),
    (
        "fallback unknown",
        'fallback = "separate"',
        'fallback = "seperate"',
        "seperate",
        "architecture.integrated.network.fallback",
        "did you mean 'separate'?",
    ),
    (
        "fallback is itself",
        'fallback = "separate"',
        'fallback = "integrated"',
        'fallback = "integ',
        "architecture.integrated.network.fallback",
        "got 'integrated' itself",
    ),
    (
        "fallback with a fallback",
        "[architecture.separate]",
        "[architecture.separate]\nnetwork = { availability = 0.5 }",
        "fallback",
        "architecture.integrated.network.fallback",
        "which has a network (and so a fallback) of its own",
    ),
    (
        "uncertain nothing",
        END,
        END
        + "[uncertainty.u]\ndistribution = 'beta'\na = 1\nb = 1\n"
        + "paths = ['sensor.lookuot.p_look']\n",
        "lookuot",
        "uncertainty.u.paths[0]",
        "number of the scenario; sensor: got 'lookuot', expected the name of a part; did you mean",
    ),
    (
        "coin scope",
        END,
        END + "[coin.c]\nlevel = 'battery'\nprobability = 0.9\nbatteries = ['nort']",
        "nort'",
        "coin.c.batteries[0]",
        "did you mean 'north'?",
    ),
    (
        "coin out of level",
        END,
        END + "[coin.c]\nlevel = 'battery'\nprobability = 0.9\nsensors = ['lookout']",
        "sensors =",
        "coin.c.sensors",
        "got a scope that level 'battery' does not have",
    ),
    (
        "doctrine cell",
        END,
        END + "[doctrine.d]\ncells = ['integrate']",
        "integrate'",
        "doctrine.d.cells[0]",
        "did you mean 'integrated'?",
    ),
    (
        "set matches nothing",
        END,
        END + 'set = { "battery.nroth.reaction_s" = 5 }',
        "nroth",
        "architecture.integrated.set.battery.nroth.reaction_s",
        "did you mean 'north'?",
    ),
    (
        "set of the raid",
        END,
        END + "set.raid.drones.count = 5",
        "set.raid",
        "architecture.integrated.set.raid.drones.count",
        "cannot differ between architectures",
    ),
    (
        "plan of nothing",
        END,
        END + "[plan.p]\nwaves = ['drone']",
        "'drone'",
        "plan.p.waves[0]",
        "did you mean 'drones'?",
    ),
    (
        "unknown library",
        '"notional-1"',
        '"notional-3"',
        "notional-3",
        "library",
        "did you mean 'notional-2'?",
    ),
    (
        "unknown interceptor of a pooled reserve",
        END,
        END + "[doctrine.d]\npooled_reserve = { long_sham = 3 }",
        "long_sham",
        "doctrine.d.pooled_reserve.long_sham",
        "did you mean 'long_sam'?",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "message"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_one_line_says_where_what_came_and_what_was_wanted(
    assert_refused: Callable[..., None], old: str, new: str, at: str, key: str, message: str
) -> None:
    assert_refused(old, new, at, key, message)


def faults_of(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        loads(text, name="s.toml")
    return [f"{fault.key}: {fault.message}" for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["South", "south", "south.x"])
def test_a_name_in_capitals_is_told_once_with_the_name_it_should_be(name: str) -> None:
    """Whether the rest of the file calls it so, or as it should be called: no fault follows."""
    text = SKETCH.replace("[battery.south]", "[battery.South]")
    text = text.replace(JOINED, CELLS % ('["north"]', f'["{name}"]'))
    first, *others = faults_of(text)
    wanted = "a name of at most 64 small letters, digits and _ that starts with a letter"
    assert first == f"battery.South: got 'South', expected {wanted}; did you mean 'south'?"
    assert [fault.partition(":")[0] for fault in others] == (
        ["architecture.integrated.cells", "architecture.integrated.cells.b.batteries[0]"]
        if name == "south.x"
        else []
    )


def test_the_name_of_another_is_not_advised() -> None:
    text = SKETCH.replace("[battery.north]", "[battery.South]").replace('"north", ', "")
    (fault,) = faults_of(text)
    assert fault.endswith("that starts with a letter")


@pytest.mark.parametrize("path", ["network.availability", "latency_s", "*"])
def test_a_draw_of_an_entry_with_a_fault_is_no_fault_of_its_own(path: str) -> None:
    draw = f"[uncertainty.u]\npaths = ['architecture.integrated.{path}']\n"
    draw += "distribution = 'uniform'\nlow = 0\nhigh = 1\n"
    (fault,) = faults_of(SKETCH.replace("0.95", "95") + draw)
    assert fault.startswith("architecture.integrated.network.availability: got 95, expected")
    (fault,) = faults_of(SKETCH + draw.replace("integrated", "integrate"))
    assert fault.startswith("uncertainty.u.paths[0]: got ")
    assert len(faults_of(SKETCH.replace("0.95", "95") + draw.replace("integrated", "sep"))) == 2


def test_a_count_of_falling_numbers_is_told_their_order() -> None:
    (fault,) = faults_of(SKETCH.replace("[20, 40]", "[40, 20]"))
    assert fault.startswith("raid.drones.count: got [40, 20], expected a whole number")
    assert "[least, greatest] of such, least first" in fault
    (fault,) = faults_of(SKETCH.replace("range_km = 400", "range_km = [400, 300]"))
    assert "or [least, greatest], least first" in fault
