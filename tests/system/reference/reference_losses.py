"""What leakers damage and so end (rules 39 and 43)."""

from __future__ import annotations

from tests.system.reference.reference_defence import Defence
from tests.system.reference.reference_draws import DAMAGE, TrialDraws
from tests.system.reference.reference_raid import RaidObject


class Lost:
    """Batteries and sensors that are lost in a trial, and when each asset was first damaged."""

    def __init__(self) -> None:
        self.batteries: frozenset[str] = frozenset()
        self.sensors: frozenset[str] = frozenset()
        self.damaged_ms: dict[str, int] = {}

    def hit(self, defence: Defence, one: RaidObject, time_ms: int, draws: TrialDraws) -> None:
        """A live threat that is there and was not killed reaches what it flies at, under the
        architecture that the trial is of, whoever fires."""
        if not defence.losses or one.role != "live" or one.asset is None:
            return
        if one.asset in defence.scenario.asset:
            probability = defence.scenario.asset[one.asset].damage_probability
            if draws.succeeds(probability, DAMAGE, 0, one.number):
                self.damaged_ms.setdefault(one.asset, time_ms)
            return
        self.damaged_ms.setdefault(one.asset, time_ms)
        what, name = one.asset.split(".")
        if what == "sensor":
            self.sensors |= {name}
            return
        self.batteries |= {name}
        batteries = defence.scenario.battery
        every = batteries.values()
        users = {s: sum(s in b.sensors for b in every) for s in batteries[name].sensors}
        self.sensors |= {sensor for sensor, number in users.items() if number == 1}
