"""Random scenarios whose magazines are filled up, and whose waves fly again (rules 41 and 42)."""

from __future__ import annotations

import random

from tests.support.random_scenarios import BATTERIES, INTERCEPTORS, random_scenario
from tests.support.toml_text import Document
from tests.system.reference.far_wave import FAR_S, GUARD
from tests.system.reference.loss_scenarios import loss_scenario
from tests.system.reference.onset_scenarios import onset_scenario


def reload_scenario(number: int) -> Document:
    """The random scenario of this number with reloads, and in most with raids in sequence; in one
    of three each also with onsets, or with losses.

    The far-off wave is met by a battery that is filled up too, so that few programs are compiled.
    """
    draw = random.Random(f"reload {number}")
    document = (random_scenario, onset_scenario, loss_scenario)[number % 3](number)
    document["title"] = f"reload {number}"
    last = {"rounds": 1, "at_s": [FAR_S + 1.0, FAR_S + 20.0]}
    document["battery"]["guard"] = {**GUARD, "reload": {"cheap": last}}
    for name in BATTERIES:
        battery = document["battery"][name]
        battery["reload"] = {
            interceptor: _reload(draw) for interceptor in INTERCEPTORS if draw.random() < 0.7
        }
    for name in ("w0", "w1", "w2"):
        wave = document["raid"][name]
        if draw.random() < 0.5:
            wave["repeat"] = draw.choice((2, 3))
            wave["every_s"] = float(draw.choice((2, 5, 10)))
    if number % 3 == 0 and draw.random() < 0.3 and document["battery"]["b0"]["reload"]:
        interceptor = next(iter(document["battery"]["b0"]["reload"]))
        document["architecture"]["joined"]["set"] |= {
            f"battery.b0.reload.{interceptor}.rounds": draw.choice((1, 3))
        }
    return document


def _reload(draw: random.Random) -> Document:
    reload: Document = {"rounds": draw.choice((1, 1, 2, 5))}
    if draw.random() < 0.5:
        reload["every_s"] = float(draw.choice((1, 2, 3, 5)))
        if draw.random() < 0.5:
            reload["from_s"] = float(draw.choice((0, 1, 4)))
    else:
        times = draw.sample((0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0), draw.randint(1, 3))
        reload["at_s"] = sorted(times)
    reload["stock"] = draw.choice((None, 1, 2, 4, 0))
    return reload
