"""The raid of a world, for scenarios given as tables; from docs/reference/random_numbers.md."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mcdefense.scenario import Scenario
from mcdefense.scenario.model_raid import Wave
from tests.system.reference.reference_draws import by_weight, world_uniforms


@dataclass(frozen=True)
class RaidObject:
    """One object of the raid; `number` is its place in it, `member` its place in its wave."""

    number: int
    wave: str
    member: int
    class_: str
    role: str
    asset: str | None
    start_s: float

    @property
    def start_ms(self) -> int:
        """Its start in whole milliseconds."""
        return milliseconds(self.start_s)


def milliseconds(seconds: float) -> int:
    """Rounded once to whole milliseconds (rule 1)."""
    return round(seconds * 1000)


def make_raid(scenario: Scenario, seed: int, number: int) -> list[RaidObject]:
    """The objects of world `number`, by raid of the sequence, wave in file order, then by start."""
    plan = 0
    if len(scenario.plan) > 1:
        plan = _plan([p.weight for p in scenario.plan.values()], seed, number)
    flown = list(scenario.plans.values())[plan].waves
    objects: list[RaidObject] = []
    waves = list(enumerate(scenario.raid.items()))
    for raid in range(max(wave.repeat for wave in scenario.raid.values())):
        for place, (name, wave) in waves:
            if name not in flown or raid >= wave.repeat:
                continue
            key = f"{place}.{raid}" if raid else str(place)
            later = raid * (wave.every_s or 0)
            count = _count(scenario, wave, seed, number, key)
            assets = _assets(wave, count, seed, number, key)
            role = scenario.threat[wave.class_].role
            for member, start in enumerate(_starts(wave, count, seed, number, key)):
                objects.append(
                    RaidObject(
                        len(objects),
                        name,
                        member,
                        wave.class_,
                        role,
                        assets[member],
                        start + later if raid else start,
                    )
                )
    return objects


def _plan(weights: list[float], seed: int, number: int) -> int:
    block = _block(weights)
    lot = world_uniforms(seed, number // len(block), "plan", len(block))
    return block[sorted(range(len(block)), key=lambda entry: lot[entry])[number % len(block)]]


def _block(weights: list[float]) -> list[int]:
    """The plans of a block of worlds, before they are put in order."""
    decimals = [Fraction(Decimal(str(weight))) for weight in weights]
    for worlds in range(1, 101):
        wanted = [worlds * weight / sum(decimals) for weight in decimals]
        if all(part == int(part) for part in wanted):
            break
    else:
        worlds = max(100, sum(weight > 0 for weight in decimals))
        wanted = [worlds * weight / sum(decimals) for weight in decimals]
    many = [math.floor(part) for part in wanted]
    while sum(many) < worlds:
        short = [part - got for part, got in zip(wanted, many, strict=True)]
        many[short.index(max(short))] += 1
    for plan, part in enumerate(wanted):
        if part > 0 and not many[plan]:
            many[many.index(max(many))] -= 1
            many[plan] = 1
    return [plan for plan, times in enumerate(many) for _ in range(times)]


def _count(scenario: Scenario, wave: Wave, seed: int, number: int, key: str) -> int:
    drawn = wave.count
    if isinstance(drawn, int):
        return drawn
    if not isinstance(drawn, tuple) and drawn.column is not None:
        assert scenario.history is not None
        columns = scenario.history.columns
        return int(columns.count[drawn.column][_night(columns.nights, seed, number)])
    u = world_uniforms(seed, number, f"count.{key}", 1)[0]
    if isinstance(drawn, tuple):
        low, high = drawn
        return min(low + math.floor(u * (high - low + 1)), high)
    assert drawn.poisson is not None
    return _poisson_quantile(drawn.poisson, u)


def _night(nights: int, seed: int, number: int) -> int:
    lot = world_uniforms(seed, number // nights, "night", nights)
    return sorted(range(nights), key=lambda night: lot[night])[number % nights]


def _poisson_quantile(mean: float, u: float) -> int:
    """The least count of which the probability of so many or fewer is `u` at least."""
    count, term = 0, math.exp(-mean)
    terms = [term]
    while math.fsum(terms) < u:
        count += 1
        term *= mean / count
        terms.append(term)
    return count


def _assets(wave: Wave, count: int, seed: int, number: int, key: str) -> list[str | None]:
    weights = wave.asset_weights
    if not weights:
        return [None] * count
    names = list(weights)
    u = world_uniforms(seed, number, f"asset.{key}", count)
    return [names[by_weight(list(weights.values()), x)] for x in u]


def _starts(wave: Wave, count: int, seed: int, number: int, key: str) -> list[float]:
    window = wave.start_s
    assert window is not None
    begin, end = window if isinstance(window, tuple) else (window, window)
    u = world_uniforms(seed, number, f"time.{key}", count)
    match wave.arrival:
        case "uniform":
            return [begin + (end - begin) * x for x in sorted(u)]
        case "simultaneous":
            return [begin] * count
        case "regular":
            return [begin + (end - begin) * i / max(count - 1, 1) for i in range(count)]
        case "poisson":
            gaps = [-math.log(x) * ((end - begin) / count) for x in u]
            return [begin + sum(gaps[: i + 1]) for i in range(count)]
