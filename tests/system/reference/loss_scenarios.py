"""Random scenarios whose leakers damage batteries and sensors (rule 39, `losses`)."""

from __future__ import annotations

import random

from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import Document
from tests.system.reference.onset_scenarios import onset_scenario

TARGETS = ("battery.b0", "battery.b1", "sensor.s0", "sensor.s1", "sensor.s2", "town")


def loss_scenario(number: int) -> Document:
    """The random scenario of this number with losses, and in one of three also with onsets.

    Waves come early, and some fly at batteries and sensors, so that there is still a raid to fight.
    """
    draw = random.Random(f"loss {number}")
    document = onset_scenario(number) if number % 3 == 2 else random_scenario(number)
    document["title"] = f"loss {number}"
    document["engagement"]["losses"] = True
    for place, name in enumerate(("w0", "w1", "w2")):
        wave = document["raid"][name]
        wave["start_s"] = float(draw.choice((0, 1, 2, 4, 6))) * place
        wave["impact_s"] = None
        if name == "w2":
            continue
        wave["asset"] = draw.choice(
            (draw.choice(TARGETS), draw.sample(TARGETS, 2), draw.sample(TARGETS, 3))
        )
    if draw.random() < 0.3:
        document["architecture"]["joined"]["losses"] = False
    return document
