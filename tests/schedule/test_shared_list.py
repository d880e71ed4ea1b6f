"""A world's schedule with other rounds is the one that would be built with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mcdefense
from mcdefense.contract import Schedule
from mcdefense.schedule import Builder, SharedList, side_by_side

CONFIGS = Path(__file__).parents[2] / "configs"


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other) and one.dtype == other.dtype)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def parts(schedule: Schedule) -> list[Any]:
    return [
        schedule.arrays,
        schedule.channel_ranks,
        schedule.features,
        schedule.sizes,
        schedule.digest,
        tuple(vars(schedule.labels).values()) if hasattr(schedule.labels, "__dict__") else 0,
        schedule.worlds,
    ]


@pytest.mark.parametrize(
    ("config", "rounds"),
    [
        ("quick_start", {"battery.south.magazine.low_terminal": 40}),
        ("quick_start", {"battery.*.magazine.long_sam": 0}),
        ("eastern_flank", {"battery.*.magazine.*": 7}),
    ],
)
def test_other_rounds_change_the_stocks_alone(config: str, rounds: dict[str, Any]) -> None:
    path = CONFIGS / f"{config}.toml"
    first = Builder(mcdefense.load(path))
    world = first.world(1, 3)
    listed = first.schedule(world)
    other = Builder(mcdefense.load(path, rounds))
    assert other.but_rounds == first.but_rounds
    assert other.world(1, 3) == world
    found, built = other.with_own_rounds(world, SharedList(listed)), other.schedule(world)
    assert all(map(same, parts(found), parts(built)))
    assert found.digest != listed.digest
    assert found.arrays.tracks is listed.arrays.tracks  # nothing else was made anew


@pytest.mark.parametrize(
    "values",
    [
        {"battery.south.channels": 2},
        {"doctrine.thrift.hold_stock": 5},
        {"raid.ballistic.count": 5},
        {"battery.south.reserve.low_terminal.one_way_drone": 2},
        {"battery.south.magazine": {"low_terminal": 16}},
        {"uncertainty.kill.low": 0.9},
    ],
    ids=str,
)
def test_other_values_have_other_lists(values: dict[str, Any]) -> None:
    path = CONFIGS / "quick_start.toml"
    first, other = Builder(mcdefense.load(path)), Builder(mcdefense.load(path, values))
    assert other.but_rounds != first.but_rounds


def test_loads_stand_one_after_the_other() -> None:
    builder = Builder(mcdefense.load(CONFIGS / "quick_start.toml"))
    first = builder.schedule(builder.world(1, 0))
    rounds = first.arrays.stocks.rounds
    other = SharedList(first).with_rounds(rounds + 200)
    assert other.features.counter_bits > first.features.counter_bits
    both = side_by_side([first, other])
    assert np.array_equal(both.arrays.stocks.rounds[..., 0], rounds[..., 0])
    assert np.array_equal(both.arrays.stocks.rounds[..., 1], rounds[..., 0] + 200)
    assert both.features == other.features
    assert side_by_side([first]) is first
