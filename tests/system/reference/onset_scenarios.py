"""Random scenarios whose networks are lost during the raid (rule 38, `onset`)."""

from __future__ import annotations

import random

from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import Document


def onset_scenario(number: int) -> Document:
    """The random scenario of this number with onsets of its networks.

    In every other one a joined defence falls back on sectors, else on batteries by themselves while
    the sectors are left without a fallback: so two programs are compiled.
    """
    draw = random.Random(f"onset {number}")
    document = random_scenario(number)
    document["title"] = f"onset {number}"
    sectors = document["architecture"]["sectors"]
    joined = document["architecture"]["joined"]

    def onset() -> float | list[float]:
        first = float(draw.choice((0, 1, 2, 3, 4, 5, 6, 8)))
        last = first + float(draw.choice((0, 1, 2, 4)))
        return draw.choice((first, [first, last]))

    network: Document = {"availability": 0.25, "onset_s": onset()}
    if number % 2:
        del sectors["network"]
        network["fallback"] = "sectors"
    else:
        sectors["network"] = {"availability": 0.5, "onset_s": onset(), "fallback": "none"}
        if number % 4:  # a network lost from the start or never, beside one lost during the raid
            del sectors["network"]["onset_s"]
        network["fallback"] = "apart"
    joined["network"] = network | {"dead_time_s": float(draw.choice((0, 0, 1, 2, 5)))}
    return document
