"""One list for the points of a study that differ in nothing but rounds loaded.

What is possible, when, and who may fire at what does not follow from how many rounds a magazine
holds, only from which kinds there are. So the schedule of a world serves every such point with
other stocks (rule 23, `magazine`), and the engine replays them side by side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Digest, Features, Schedule
from mcdefense.scenario import ResolvedArchitecture, Scenario
from mcdefense.schedule.stocks import counter_bits, digest_before_stocks, digest_with_stocks


class SharedList:
    """A world's schedule, and what of its digest the rounds do not change."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._digest: Digest | None = None

    def with_rounds(self, rounds: NDArray[np.int32]) -> Schedule:
        """The schedule with so many rounds [A, magazines, 1] in the same magazines."""
        shared = self._schedule
        if shared.features.reloads:
            return shared  # it is shared by points of the same rounds only (_but_rounds)
        if self._digest is None:
            self._digest = digest_before_stocks(shared.arrays)
        stocks = shared.arrays.stocks._replace(rounds=rounds)
        arrays = shared.arrays._replace(stocks=stocks)
        features = _counting_to(shared, int(rounds.max()))
        digest = digest_with_stocks(self._digest, arrays, shared.channel_ranks)
        return replace(shared, arrays=arrays, features=features, digest=digest)


def side_by_side(schedules: Sequence[Schedule]) -> Schedule:
    """One schedule with the loads of several that share a list, one after the other.

    Its digest is that of the first, as that of several loads would tell nobody anything.
    """
    if len(schedules) == 1:
        return schedules[0]
    first = schedules[0]
    rounds = np.concatenate([one.arrays.stocks.rounds for one in schedules], axis=-1)
    arrays = first.arrays._replace(stocks=first.arrays.stocks._replace(rounds=rounds))
    bits = max(one.features.counter_bits for one in schedules)
    return replace(first, arrays=arrays, features=replace(first.features, counter_bits=bits))


def _counting_to(schedule: Schedule, rounds: int) -> Features:
    """The schedule's features, with counters up to so many rounds."""
    bits, features = counter_bits(rounds), schedule.features
    return features if bits == features.counter_bits else replace(features, counter_bits=bits)


def key_but_rounds(
    scenario: Scenario, resolved: list[ResolvedArchitecture], beside: tuple[Scenario, ...]
) -> str:
    """A digest of what scenarios have in common that differ in nothing but the rounds of their
    magazines."""
    drawn = [(r.name, sorted(r.set_paths), sorted(r.scenario.drawn.items())) for r in resolved]
    texts = [_but_rounds(one) for one in (scenario, *(r.scenario for r in resolved))]
    raids = [(one.raid, one.raid_scale, sorted(one.drawn.items())) for one in beside]
    said = repr((texts, drawn, raids, sorted(scenario.fixed - _of_rounds(scenario))))
    return hashlib.sha256(said.encode()).hexdigest()


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
