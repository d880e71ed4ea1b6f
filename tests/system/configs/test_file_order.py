"""The tables of a configuration in another order are the same defence.

Exact, and on the host alone: the list of opportunities is the same by names (rules 4 and 31,
`order` and `shooter`), and so every architecture comes to the same opportunities in the same order.
Then no distribution can change. Draws are keyed by place, so that counts may. Batteries that are
alike in all that the file says of them stand for each other.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import mcdefense
from mcdefense.scenario import Scenario
from mcdefense.schedule.build import Builder

CONFIGS = Path(__file__).parents[3] / "configs"
SEED, WORLDS = 1, 3
TABLES = ("battery", "sensor", "interceptor", "threat", "asset", "coin", "architecture")
"""Sections whose order says nothing. Waves are drawn by their place, and of doctrine and
uncertainty later tables count before earlier ones."""

Shot = tuple[int, str, str, int]
"""Object, battery's table, interceptor, and place of the launch among its battery's."""


def alike(scenario: Scenario) -> dict[str, str]:
    """Each battery's table, with its own sensors' in place of their names: of twins the same."""
    tables = {}
    for name, battery in scenario.battery.items():
        own = sorted(repr(scenario.sensor[s]) for s in battery.sensors if s in scenario.sensor)
        tables[name] = f"{battery.model_copy(update={'sensors': ()})!r} {own}"
    return tables


def listed(file: Path, worlds: int = WORLDS) -> list[list[Shot]]:
    """The list of every world, with each battery's table for its name."""
    scenario = mcdefense.load(file)
    tables, builder = alike(scenario), Builder(scenario)
    names, found = builder.names, []
    for world in range(worlds):
        schedule = builder.schedule(builder.world(SEED, world))
        o, labels = schedule.arrays.opportunities, schedule.labels
        columns = (
            o.object.tolist(),
            [tables[names.battery[b]] for b in labels.magazine_battery[o.magazine]],
            [names.interceptor[i] for i in labels.magazine_interceptor[o.magazine]],
            schedule.channel_ranks.launch.tolist(),
        )
        found.append(list(zip(*columns, strict=True)))
    return found


def reordered(text: str, shuffle: Callable[[list[str]], None]) -> str:
    """The text with the tables of each of TABLES in another order among themselves."""
    parts = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    # Tables within an entry, such as [battery.north.organic], stay with it.
    entries: list[tuple[str, str]] = []
    for part in parts:
        head = re.match(r"\[+(\w+)(?:\.(\w+))?(\.)?", part)
        if head is not None and head[3] and entries:
            entries[-1] = (entries[-1][0], entries[-1][1] + part)
        else:
            entries.append((head[1] if head is not None and head[2] else "", part))
    for section in TABLES:
        places = [i for i, (of, _) in enumerate(entries) if of == section]
        some = [entries[i][1] for i in places]
        shuffle(some)
        for place, entry in zip(places, some, strict=True):
            entries[place] = section, entry
    return "".join(text for _, text in entries)


@pytest.mark.parametrize("name", sorted(path.stem for path in CONFIGS.glob("*.toml")))
def test_a_configuration_in_another_order_has_the_same_list(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(CONFIGS, tmp_path / "configs")
    file, text = folder / f"{name}.toml", (folder / f"{name}.toml").read_text(encoding="utf-8")
    known = listed(file)
    assert sum(map(len, known)) > 0
    for shuffle in (list.reverse, random.Random(SEED).shuffle):
        other = reordered(text, shuffle)
        assert sorted(other) == sorted(text)
        file.write_text(other, encoding="utf-8")
        assert listed(file) == known


TWO = """\
[engagement]
prefer = [{prefer}]
[threat.missile]
[raid.missile]
class = "missile"
count = 1
start_s = 0
[interceptor.round.against.missile]
sspk = 0.5
[battery.few]
magazine = {{ round = 2 }}
[battery.many]
magazine = {{ round = 9 }}
[architecture.joined]
join = "all"
[opportunities]
rows = [
  {{ threat = "missile", battery = "few", interceptor = "round", launch_s = 5, intercept_s = 15 }},
  {{ threat = "missile", battery = "many", interceptor = "round", launch_s = 5, intercept_s = 14 }},
]
"""


@pytest.mark.parametrize(("prefer", "same"), [('"cost"', True), ('"file"', False)])
def test_the_order_of_the_file_is_seen_where_it_decides(
    tmp_path: Path, prefer: str, same: bool
) -> None:
    """Of two batteries that launch at one time the earlier intercept comes first, unless `prefer`
    leaves it to the file."""
    file, text = tmp_path / "two.toml", TWO.format(prefer=prefer)
    file.write_text(text, encoding="utf-8")
    known = listed(file, 1)
    file.write_text(reordered(text, list.reverse), encoding="utf-8")
    assert (listed(file, 1) == known) is same
