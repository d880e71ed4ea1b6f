"""A world's schedule with other rounds is the one that would be built with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mcdefense
from mcdefense.contract import Schedule
from mcdefense.schedule import Builder, kept_lists
from mcdefense.schedule.kept_lists import KeptLists

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
    first.keep_lists()
    kept = first.schedule(first.world(1, 3))
    other = mcdefense.load(path, rounds)
    following, alone = Builder(other), Builder(other)
    following.follow(first)
    found = following.schedule(following.world(1, 3))
    built = alone.schedule(alone.world(1, 3))
    assert all(map(same, parts(found), parts(built)))
    assert found.digest != kept.digest
    assert found.arrays.tracks is kept.arrays.tracks  # nothing else was made anew


def test_other_values_are_built_anew() -> None:
    path = CONFIGS / "quick_start.toml"
    first = Builder(mcdefense.load(path))
    first.keep_lists()
    first.schedule(first.world(1, 0))
    for value in (
        {"battery.south.channels": 2},
        {"doctrine.thrift.hold_stock": 5},
        {"raid.ballistic.count": 5},
        {"battery.south.reserve.low_terminal.one_way_drone": 2},
        {"battery.south.magazine": {"low_terminal": 16}},
        {"uncertainty.kill.low": 0.9},
    ):
        other = mcdefense.load(path, value)
        following, alone = Builder(other), Builder(other)
        following.follow(first)
        found = following.schedule(following.world(1, 0))
        built = alone.schedule(alone.world(1, 0))
        assert all(map(same, parts(found), parts(built))), value


def test_lists_of_earlier_scenarios_go_where_memory_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last scenario's are kept while they fit, and of an earlier one's none or all."""
    builder = Builder(mcdefense.load(CONFIGS / "quick_start.toml"))
    worlds = [builder.world(1, number) for number in range(3)]
    made = list(map(builder.schedule, worlds))
    sizes = [kept_lists._bytes_of((one.arrays, one.channel_ranks)) for one in made]  # noqa: SLF001
    monkeypatch.setattr(kept_lists, "MOST_BYTES", sum(sizes) - 1)
    lists = KeptLists()
    for key, numbers in (("one", (0, 1)), ("two", (2,)), ("two", (0, 1))):
        for number in numbers:
            lists.keep(key, worlds[number], made[number])
    found = {(k, n) for k in ("one", "two") for n in range(3) if lists.found(k, 1, n) is not None}
    assert found == {("two", 2), ("two", 0)}
