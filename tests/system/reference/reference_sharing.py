"""The sharing of rounds in a burst (rules 18 and 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.system.reference.reference_draws import CHOICE
from tests.system.reference.reference_orders import Burst
from tests.system.reference.reference_world import Opportunity

if TYPE_CHECKING:
    from tests.system.reference.reference_trial import Trial


def plan(trial: Trial, burst: Burst) -> None:
    """Share out a burst at its start (rules 18, 19)."""
    objects = list(dict.fromkeys(shot.object.number for shot in burst.shots))
    due: dict[int, list[tuple[int, Opportunity]]] = {}
    for number in objects:
        belief = trial.belief(burst.cell, number)
        belief.share = 0
        owed = [
            (trial.due(shot, burst.begin_ms), shot)
            for shot in burst.shots
            if shot.object.number == number
        ]
        if any(rounds for rounds, _ in owed):
            due[number] = owed
    stocks = dict.fromkeys((shot.battery, shot.interceptor) for shot in burst.shots)
    rounds = sum(trial.stock(*stock) for stock in stocks)
    units = _units(trial, burst)
    left = len(due)
    for number in (n for n in objects if n in due):
        first = next(shot for shot in burst.shots if shot.object.number == number)
        word = trial.draws.word(CHOICE, burst.cell.key, first.place)
        chosen = word * left >> 32
        most = max(owed for owed, _ in due[number])
        if burst.first_come:
            served = chosen < units
            share = most if served else 0
            units -= served
        else:
            odd = chosen < rounds % left if burst.random else rounds % left > 0
            share = min(most, rounds // left + odd)
        trial.belief(burst.cell, number).share = share
        rounds = max(rounds - share, 0)
        left -= 1


def _units(trial: Trial, burst: Burst) -> int:
    """Objects that a burst can serve under `first_come` (rule 19)."""
    units = 0
    for name in dict.fromkeys(shot.battery for shot in burst.shots):
        battery = trial.defence.scenario.battery[name]
        shots = [shot for shot in burst.shots if shot.battery == name]
        salvo = max(trial.doctrinal(shots[0], 0), 1)
        stocks = dict.fromkeys(shot.interceptor for shot in shots)
        rounds = sum(trial.stock(name, interceptor) for interceptor in stocks)
        served = -(-rounds // salvo)
        if battery.channels is not None:
            served = min(served, battery.channels - trial.engaged[name])
        units += served
    return units
