"""Digests of schedules, recorded once: no change to how worlds are built changes one unseen.

Run as a program it records them anew, in schedules_recorded.json:

    python -m tests.schedule.schedules_recorded

That is for a change that is meant to change schedules; one that makes them cheaper never is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from mcdefense.contract import Schedule
from mcdefense.scenario import Scenario, load, loads
from mcdefense.schedule import Builder
from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import toml

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_suffix(".json")
WORLDS = {
    "bench/flank": 4,
    "configs/coordination": 2,
    "configs/eastern_flank": 4,
    "configs/eastern_flank_all_threats": 2,
    "configs/layered_table": 2,
    "configs/mass_raid": 4,
    "configs/quick_start": 2,
    "mcdefense/run/small": 3,
}
"""Worlds of every scenario file."""
RANDOM, WORLDS_OF_RANDOM = range(30), 2
"""Numbers of the random scenarios (tests/support/random_scenarios.py), and worlds of each."""
SEED = 3
ADDED_SINCE = {
    "onsets": (".arrays.onsets", ".features.onsets", ".sizes.onset_", ".sizes.turns"),
    "losses": (
        *(".arrays.losses", ".features.losses", ".sizes.impacts", ".sizes.loss", ".sizes.parts"),
    ),
    "posts": (".arrays.posts", ".features.posts", ".features.alone", ".sizes.post_rows"),
    "reloads": (
        *(".arrays.reloads", ".features.reloads"),
        *(".sizes.reloads", ".sizes.reload_rows", ".sizes.stores"),
    ),
}
RAIDS = (".labels.account_raid", ".labels.object_raid")
"""What schedules have since these were recorded, left out where a scenario does not use it."""


def _parts(value: Any, path: str) -> Iterator[tuple[str, str, bytes]]:
    """Every array and plain value below, with its path, its form and its bytes."""
    if isinstance(value, np.ndarray):
        yield path, f"{value.dtype} {value.shape}", np.ascontiguousarray(value).tobytes()
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _parts(inner, f"{path}.{name}")
    elif hasattr(value, "_asdict"):
        yield from _parts(value._asdict(), path)
    else:
        yield path, "value", repr(value).encode()


def digest(schedule: Schedule) -> str:
    """Everything of a schedule, as 16 hexadecimal digits: arrays with their types, sizes, features
    and labels, whatever the schedule's own digest leaves out."""
    hashed = hashlib.sha256()
    stocks = schedule.arrays.stocks
    of_one_load = stocks._replace(rounds=stocks.rounds[..., 0])  # as when these were recorded
    schedule = replace(schedule, arrays=schedule.arrays._replace(stocks=of_one_load))
    unused = tuple(
        begin
        for feature, begins in ADDED_SINCE.items()
        for begin in begins
        if not getattr(schedule.features, feature)
    )
    unused += RAIDS if not schedule.labels.object_raid.any() else ()
    for name, form, content in sorted(_parts(asdict(schedule), "")):
        if name.startswith(unused):
            continue
        hashed.update(f"{name} {form} ".encode())
        hashed.update(content)
    return hashed.hexdigest()[:16]


def digests_of(scenario: Scenario, worlds: int) -> list[str]:
    """Of the first worlds, built one after the other."""
    builder = Builder(scenario)
    return [digest(builder.schedule(builder.world(SEED, number))) for number in range(worlds)]


def of_file(name: str) -> list[str]:
    """Of a scenario file, named without its ending."""
    return digests_of(load(ROOT / f"{name}.toml"), WORLDS[name])


def of_random(number: int) -> list[str]:
    """Of the random scenario of this number."""
    return digests_of(loads(toml(random_scenario(number))), WORLDS_OF_RANDOM)


def recorded() -> dict[str, dict[str, list[str]]]:
    """The digests of the file, by kind and name."""
    known: dict[str, dict[str, list[str]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return known


if __name__ == "__main__":
    found = {
        "file": {name: of_file(name) for name in WORLDS},
        "random": {str(number): of_random(number) for number in RANDOM},
    }
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
