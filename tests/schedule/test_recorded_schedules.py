"""Worlds are built bit for bit as when their schedules were recorded (schedules_recorded.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcdefense.scenario import load
from mcdefense.schedule import Builder
from tests.schedule.schedules_recorded import (
    RANDOM,
    ROOT,
    WORLDS,
    digest,
    of_file,
    of_random,
    recorded,
)


def test_every_configuration_is_recorded() -> None:
    assert {path.stem for path in (ROOT / "configs").glob("*.toml")} == {
        name.removeprefix("configs/") for name in WORLDS if name.startswith("configs/")
    }


def test_a_digest_tells_any_change() -> None:
    builder = Builder(load(ROOT / "configs/quick_start.toml"))
    schedule = builder.schedule(builder.world(1, 0))
    arrays, labels = schedule.arrays, schedule.labels
    turns = arrays.turns._replace(place=arrays.turns.place.copy())
    turns.place[0, 0] += 1
    changed = [
        replace(schedule, arrays=arrays._replace(turns=turns)),
        replace(schedule, features=replace(schedule.features, flags=not schedule.features.flags)),
        replace(schedule, sizes=replace(schedule.sizes, pairs=schedule.sizes.pairs + 1)),
        replace(schedule, labels=replace(labels, object_live=~labels.object_live)),
    ]
    assert len({digest(some) for some in [schedule, *changed]}) == 5
    assert digest(schedule) == digest(builder.schedule(builder.world(1, 0)))


@pytest.mark.parametrize("name", WORLDS)
def test_a_scenario_file_is_built_as_recorded(name: str) -> None:
    assert of_file(name) == recorded()["file"][name]


def test_random_scenarios_are_built_as_recorded() -> None:
    assert {str(number): of_random(number) for number in RANDOM} == recorded()["random"]
