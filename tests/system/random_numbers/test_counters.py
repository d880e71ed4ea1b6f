"""No two chances share a counter: what schedules ask for, against the page and its limits."""

from __future__ import annotations

import zlib
from itertools import pairwise
from pathlib import Path

import pytest

from mcdefense.contract import Schedule
from mcdefense.contract.purposes import Purpose
from mcdefense.firecontrol.control import fire_control, salvo_length
from mcdefense.scenario import Scenario, load, loads, resolve_architecture
from mcdefense.scenario.values import MAX_OBJECTS, MAX_PLACES
from mcdefense.schedule.build import Builder
from tests.support import every_chance
from tests.system.random_numbers.drawn_by_schedule import choices, drawn

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.toml"))
SUBS, ENTITIES = 2**24, 2**31


def schedule_of(scenario: Scenario, world: int = 0) -> Schedule:
    builder = Builder(scenario)
    return builder.schedule(builder.world(1, world))


def cell_keys(scenario: Scenario, architecture: str) -> dict[str, int]:
    resolved = resolve_architecture(scenario, architecture)
    names = Builder(scenario).names
    control = fire_control(resolved, architecture, names, salvo_length([resolved], names))
    return dict(zip(control.cell_names, control.cell_keys.tolist(), strict=True))


def test_a_schedule_asks_for_the_draws_of_the_page_and_no_others() -> None:
    """One scenario with every purpose and every level of coin, its chances numbered by hand. The
    onset of a lost network is one draw a trial, and the sole one of its purpose: the reference
    engine draws it too (tests/system/reference)."""
    needed = every_chance.needed()
    assert {purpose for purpose, _, _ in needed.values()} == set(Purpose) - {Purpose.ONSET}
    assert drawn(schedule_of(loads(every_chance.TEXT))) == set(needed.values())


def test_every_chance_has_a_counter_of_its_own() -> None:
    needed = every_chance.needed()
    shared = [name for name, draw in needed.items() if list(needed.values()).count(draw) > 1]
    assert shared == []


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_counters_of_real_scenarios_stay_within_their_words(path: Path) -> None:
    scenario = load(path)
    schedule = schedule_of(scenario)
    found = drawn(schedule)
    assert all(
        0 <= purpose < 2**8 and 0 <= sub < SUBS and 0 <= entity < ENTITIES
        for purpose, sub, entity in found
    )
    objects, batteries, sensors = (
        schedule.labels.object_class.size,
        len(scenario.battery),
        len(scenario.sensor),
    )
    levels = [coin.level for coin in scenario.coin.values()]
    most = {
        Purpose.TRACK: objects * sensors,
        Purpose.PRESENT: objects,
        Purpose.CALLED: objects,
        Purpose.ASSIGN: objects,
        Purpose.DAMAGE: objects,
        Purpose.NETWORK: 1,
        Purpose.LINK: batteries + sensors,
    }
    most_of_coin = {"threat": objects, "pair": objects * batteries, "raid": 1}
    for purpose, sub, entity in found:
        if purpose == Purpose.COIN:
            assert entity < most_of_coin.get(levels[sub], ENTITIES)
        assert entity < most.get(Purpose(purpose), ENTITIES)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_object_of_every_burst_has_a_choice_of_its_own(path: Path) -> None:
    """Under one architecture; cells of two architectures share theirs by rule 8."""
    schedule = schedule_of(load(path))
    for architecture in range(schedule.features.architectures):
        asked = list(choices(schedule, architecture))
        assert len(asked) == len(set(asked))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_cells_of_one_architecture_have_keys_of_their_own(path: Path) -> None:
    scenario = load(path)
    for architecture in scenario.architecture:
        keys = cell_keys(scenario, architecture)
        assert len(set(keys.values())) == len(keys)


def test_cells_that_hold_the_same_sensors_fail_apart() -> None:
    """Cells without batteries are named by their first sensor, which another may hold too."""
    scenario = loads(
        every_chance.TEXT
        + """
        [architecture.watched.cells]
        all = {batteries = ["north", "south", "west"]}
        first = {sensors = ["lookout"]}
        second = {sensors = ["lookout", "picket"]}
        third = {sensors = ["lookout"]}
        none = {}
        [architecture.watched.links]
        all = {}
        first = {availability = 0.5}
        second = {availability = 0.5}
        third = {availability = 0.5}
        """
    )
    lookout = len(every_chance.BATTERY) + every_chance.SENSOR["lookout"]
    keys = cell_keys(scenario, "watched")
    assert len(set(keys.values())) == len(keys)
    assert keys["first"] == lookout  # as in any architecture with such a cell
    assert keys["second"] == len(every_chance.BATTERY) + every_chance.SENSOR["picket"]
    links = {draw for draw in drawn(schedule_of(scenario)) if draw[0] == Purpose.LINK}
    assert {(Purpose.LINK, 0, keys[cell]) for cell in ("first", "second", "third")} <= links


def test_the_largest_scenario_fits_into_the_words() -> None:
    """20,000 objects, 4,096 batteries and as many sensors, at most doubled by organic radars."""
    sensors = 2 * MAX_PLACES
    assert MAX_OBJECTS * sensors <= ENTITIES
    assert MAX_OBJECTS * MAX_PLACES <= ENTITIES
    cells = MAX_PLACES + sensors
    assert MAX_PLACES + sensors + cells < SUBS
    assert max(Purpose) < 2**8
    assert all(b - a == 1 for a, b in pairwise(sorted(Purpose)))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_what_worlds_draw_has_keys_of_its_own(path: Path) -> None:
    scenario = load(path)
    topics = ["plan", "night"]
    topics += [f"uncertainty.{name}" for name in scenario.uncertainty]
    topics += [
        f"{of}.{wave}" for of in ("count", "asset", "route", "time") for wave in scenario.raid
    ]
    assert len({zlib.crc32(topic.encode()) for topic in topics}) == len(topics)
