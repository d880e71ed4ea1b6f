"""Schedules of a study's worlds, kept where its points differ in nothing but rounds loaded.

What is possible, when, and who may fire at what does not follow from how many rounds a magazine
holds, only from which kinds there are. So the schedule of a world serves every such point with
other stocks (rule 23, `magazine`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Digest, Schedule
from mcdefense.scenario import ResolvedArchitecture, Scenario
from mcdefense.schedule.stocks import counter_bits, digest_before_stocks, digest_with_stocks
from mcdefense.world import World

MOST_BYTES = 2**29
"""Memory of the schedules that are kept at most. Where there is more, those of scenarios that came
earlier go first; further worlds are built anew."""


class KeptSchedule:
    """A world and its schedule, and what of its digest the rounds do not change."""

    def __init__(self, world: World, schedule: Schedule) -> None:
        self.world, self._schedule = world, schedule
        self._digest: Digest | None = None

    def with_rounds(self, rounds: NDArray[np.int32]) -> Schedule:
        """The schedule with so many rounds [A, magazines] in the same magazines."""
        kept = self._schedule
        if kept.features.reloads:
            return kept  # it is kept for the same rounds only (_but_rounds)
        if self._digest is None:
            self._digest = digest_before_stocks(kept.arrays)
        stocks = kept.arrays.stocks._replace(rounds=rounds)
        arrays = kept.arrays._replace(stocks=stocks)
        bits = counter_bits(int(rounds.max()))
        features = kept.features
        if bits != features.counter_bits:
            features = replace(features, counter_bits=bits)
        digest = digest_with_stocks(self._digest, arrays, kept.channel_ranks)
        return replace(kept, arrays=arrays, features=features, digest=digest)


class KeptLists:
    """Schedules by what a scenario is but for its rounds, and by world."""

    def __init__(self) -> None:
        self._schedules: dict[str, dict[tuple[int, int], KeptSchedule]] = {}
        self._bytes: dict[str, int] = {}

    def found(self, key: str, seed: int, number: int) -> KeptSchedule | None:
        """The schedule of a world of such a scenario, if it is kept."""
        return self._schedules.get(key, {}).get((seed, number))

    def keep(self, key: str, world: World, schedule: Schedule) -> None:
        """Keep the schedule of one world, while there is memory left."""
        size = _bytes_of((schedule.arrays, schedule.channel_ranks))
        while sum(self._bytes.values()) + size > MOST_BYTES:
            earlier = next((one for one in self._schedules if one != key), None)
            if earlier is None:
                return
            del self._schedules[earlier], self._bytes[earlier]
        kept = self._schedules.setdefault(key, {})
        kept[world.seed, world.number] = KeptSchedule(world, schedule)
        self._bytes[key] = self._bytes.get(key, 0) + size


def key_but_rounds(
    scenario: Scenario, resolved: list[ResolvedArchitecture], beside: tuple[Scenario, ...]
) -> str:
    """What scenarios have in common that differ in nothing but the rounds of their magazines."""
    drawn = [(r.name, sorted(r.set_paths), sorted(r.scenario.drawn.items())) for r in resolved]
    texts = [_but_rounds(one) for one in (scenario, *(r.scenario for r in resolved))]
    raids = [(one.raid, one.raid_scale, sorted(one.drawn.items())) for one in beside]
    return repr((texts, drawn, raids, sorted(scenario.fixed - _of_rounds(scenario))))


def draws_rounds(scenario: Scenario) -> bool:
    """Whether worlds draw how many rounds a magazine holds."""
    return any(map(_is_of_rounds, (path for paths in scenario.drawn.values() for path in paths)))


def _of_rounds(scenario: Scenario) -> set[str]:
    """Dotted paths of rounds in magazines."""
    return set(filter(_is_of_rounds, scenario.fixed))


def _is_of_rounds(path: str) -> bool:
    return path.split(".")[2:3] == ["magazine"]


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
