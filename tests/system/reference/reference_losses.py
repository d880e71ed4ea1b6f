"""What leakers damage and so end (rule 39)."""

from __future__ import annotations

from tests.system.reference.reference_defence import Defence
from tests.system.reference.reference_raid import RaidObject


class Lost:
    """Batteries and sensors that are lost in a trial."""

    def __init__(self) -> None:
        self.batteries: frozenset[str] = frozenset()
        self.sensors: frozenset[str] = frozenset()

    def hit(self, defence: Defence, one: RaidObject) -> None:
        """A live threat that is there and was not killed reaches what it flies at, under the
        architecture that the trial is of, whoever fires."""
        own = defence.base.architecture[defence.name].losses
        losses = defence.base.engagement.losses if own is None else own
        if not losses or one.role != "live" or one.asset is None:
            return
        if one.asset in defence.scenario.asset:
            return
        what, name = one.asset.split(".")
        if what == "sensor":
            self.sensors |= {name}
            return
        self.batteries |= {name}
        batteries = defence.scenario.battery
        every = batteries.values()
        users = {s: sum(s in b.sensors for b in every) for s in batteries[name].sensors}
        self.sensors |= {sensor for sensor, number in users.items() if number == 1}
