"""Schedules of a study's worlds, kept where its points differ in nothing but rounds loaded.

What is possible, when, and who may fire at what does not follow from how many rounds a magazine
holds, only from which kinds there are. So the schedule of a world serves every such point with
other stocks (rule 23, `magazine`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mcdefense.contract import Schedule
from mcdefense.scenario import ResolvedArchitecture, Scenario

MOST_BYTES = 2**29
"""Memory of the schedules that are kept at most. Where there is more, those of scenarios that came
earlier go first; further worlds are built anew."""


class KeptLists:
    """Schedules by what a scenario is but for its rounds, and by world."""

    def __init__(self) -> None:
        self._schedules: dict[str, dict[tuple[int, int], Schedule]] = {}
        self._bytes: dict[str, int] = {}

    def found(self, key: str, seed: int, number: int) -> Schedule | None:
        """The schedule of a world of such a scenario, if it is kept."""
        return self._schedules.get(key, {}).get((seed, number))

    def keep(self, key: str, seed: int, schedule: Schedule) -> None:
        """Keep the schedule of one world, while there is memory left."""
        size = _bytes_of((schedule.arrays, schedule.channel_ranks))
        while sum(self._bytes.values()) + size > MOST_BYTES:
            earlier = next((one for one in self._schedules if one != key), None)
            if earlier is None:
                return
            del self._schedules[earlier], self._bytes[earlier]
        self._schedules.setdefault(key, {})[seed, int(schedule.worlds[0])] = schedule
        self._bytes[key] = self._bytes.get(key, 0) + size


def key_but_rounds(
    scenario: Scenario, resolved: list[ResolvedArchitecture], beside: tuple[Scenario, ...]
) -> str:
    """What scenarios have in common that differ in nothing but the rounds of their magazines."""
    drawn = [(r.name, sorted(r.set_paths), sorted(r.scenario.drawn.items())) for r in resolved]
    texts = [_but_rounds(one) for one in (scenario, *(r.scenario for r in resolved))]
    raids = [(one.raid, one.raid_scale, sorted(one.drawn.items())) for one in beside]
    return repr((texts, drawn, raids, sorted(scenario.fixed - _of_rounds(scenario))))


def _of_rounds(scenario: Scenario) -> set[str]:
    """Dotted paths of rounds in magazines."""
    return {path for path in scenario.fixed if path.split(".")[2:3] == ["magazine"]}


def _but_rounds(scenario: Scenario) -> str:
    if any(entry.reload for entry in scenario.battery.values()):
        return repr(scenario.model_copy(update={"override": ()}))  # it is filled up to its rounds
    batteries = {
        name: entry.model_copy(update={"magazine": dict.fromkeys(entry.magazine, 1)})
        for name, entry in scenario.battery.items()
    }
    same = scenario.model_copy(update={"battery": batteries, "override": ()})
    return repr(same)


def _bytes_of(thing: Any) -> int:
    return thing.nbytes if isinstance(thing, np.ndarray) else sum(map(_bytes_of, thing))
