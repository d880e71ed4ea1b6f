"""A laydown with a command post, and what becomes of it by enumeration of all that can happen.

Three threats come one after the other, 100 s apart; the first flies at the post. Each can be fired
at by battery a at once and by battery b after 20 s, each look kills with K. A cell of both fires b
only where a missed. Two cells of one battery each fire both, since neither sees the other's kills.
Leakers and rounds are held within 4 standard errors: one comparison in 16,000 alarms falsely.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

import mcdefense
from mcdefense.statistics import Result

TRIALS, SEED = 20_000, 7
K = 0.7
"""Probability that a look kills."""
ROUNDS = {"a": 3, "b": 2}
THREATS = ("m1", "m2", "m3")


def text(architectures: str, *, damage: float = 1.0, post: str = "hq") -> str:
    """A laydown as above, whose first threat flies at the post."""
    rows = [
        f'{{threat = "{wave}", battery = "{battery}", interceptor = "x", launch_s = {first}, '
        f"intercept_s = {first + 5}, sspk = {K}}}"
        for wave in THREATS
        for battery, first in (("a", 0), ("b", 20))
    ]
    waves = [
        f'raid.{wave} = {{class = "m", count = 1, start_s = {100 * i}, impact_s = 50, '
        f'asset = "{post if wave == "m1" else "town"}"}}'
        for i, wave in enumerate(THREATS)
    ]
    return "\n".join(
        [
            "threat.m = {}",
            "asset.town = {}",
            f"asset.hq = {{damage_probability = {damage}}}",
            *waves,
            "interceptor.x = {}",
            *(f"battery.{name} = {{magazine = {{x = {n}}}}}" for name, n in ROUNDS.items()),
            "doctrine.every = {assessment_s = 10, choice = 'first', others_kills_s = 'never'}",
            "opportunities.rows = [",
            *(f"  {row}," for row in rows),
            "]",
            architectures,
        ]
    )


def counted(scenario: str) -> Result:
    loaded = mcdefense.loads(scenario)
    return mcdefense.simulate(loaded, worlds=1, trials_per_world=TRIALS, seed=SEED)


@dataclass(frozen=True)
class State:
    """What a trial is in between threats."""

    a: int = ROUNDS["a"]
    b: int = ROUNDS["b"]
    damaged: bool = False
    leaked: int = 0
    fired: int = 0


Fights = Callable[[State, str, str], str]
"""How a battery fights at a threat: "cell", "alone", or "not"."""


def enumerated(fights: Fights, damage: float = 1.0) -> tuple[float, float]:
    """Leakers and rounds fired a raid, over every way the draws can fall."""
    every = {State(): 1.0}
    for wave in THREATS:
        after: dict[State, float] = {}
        for state, chance in every.items():
            for end, share in _fought(state, wave, fights):
                ways = [(end, share)]
                if wave == "m1" and end.leaked > state.leaked:
                    ways = [
                        (replace(end, damaged=True), share * damage),
                        (end, share * (1 - damage)),
                    ]
                for way, part in ways:
                    after[way] = after.get(way, 0.0) + chance * part
        every = after
    leaked = sum(state.leaked * chance for state, chance in every.items())
    return leaked, sum(state.fired * chance for state, chance in every.items())


def _fought(state: State, wave: str, fights: Fights) -> list[tuple[State, float]]:
    """What becomes of a state at one threat, with the chance of each."""
    alive = [(state, 1.0)]
    dead: list[tuple[State, float]] = []
    for battery in ("a", "b"):
        still: list[tuple[State, float]] = []
        for now, chance in alive:
            how = fights(now, wave, battery)
            if how == "not" or not getattr(now, battery):
                still.append((now, chance))
                continue
            shot = replace(now, fired=now.fired + 1, **{battery: getattr(now, battery) - 1})
            dead.append((shot, chance * K))
            still.append((shot, chance * (1 - K)))
        if battery == "a":  # b fires at what a killed, where it does not know of it
            late: list[tuple[State, float]] = []
            for now, chance in dead:
                if fights(now, wave, "b") == "alone" and now.b:
                    now = replace(now, b=now.b - 1, fired=now.fired + 1)
                late.append((now, chance))
            dead = late
        alive = still
    return dead + [(replace(now, leaked=now.leaked + 1), chance) for now, chance in alive]


def hold(result: Result, architecture: str, exact: tuple[float, float]) -> None:
    """Leakers and rounds a raid are these, within 4 standard errors."""
    tally, a = result.tally, result.tally.axes.architecture.index(architecture)
    trials = int(tally["trials"].sum())
    mean = tally["leaked"][0, a, -1] / trials
    error = np.sqrt((tally["leakers_squared"][0, a, -1] / trials - mean**2) / trials)
    assert abs(mean - exact[0]) < 4 * max(error, 1e-12), (architecture, mean, exact[0])
    fired = int(tally["rounds_fired"][a].sum()) / trials
    # Rounds of a trial lie from 0 to 5, so that their standard deviation is 2.5 at most.
    assert abs(fired - exact[1]) < 4 * 2.5 / np.sqrt(trials), (architecture, fired, exact[1])
