"""Random scenarios that use few features, for which the engine compiles lean programs."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.support.toml_text import Document

KINDS = ("one_battery", "two_cells", "bursts", "picture")


def lean_scenario(number: int) -> Document:
    """The lean scenario of this number; those of a kind share a program."""
    draw = random.Random(number)
    kind = KINDS[number % len(KINDS)]
    threats = {"fast": {}, **({"decoy": {"role": "decoy"}} if kind == "bursts" else {})}
    batteries = ("b0",) if kind == "one_battery" else ("b0", "b1")
    sensors = ("s0", "s1") if kind == "picture" else ()
    apart: Document = {b: {"batteries": [b]} for b in batteries}
    joined: Document = {"all": {"batteries": list(batteries), "sensors": list(sensors)}}
    architectures = {
        "one_battery": {"alone": {}},
        "two_cells": {"apart": {"cells": apart}},
        "bursts": {"apart": {"cells": apart}, "joined": {"cells": joined}},
        "picture": {"apart": {"cells": apart, "share": "warning"}, "joined": {"cells": joined}},
    }[kind]
    waves = {
        f"w{i}": {
            "class": name,
            "count": draw.choice((1, 2, 3)),
            "start_s": draw.choice((0, 1)),
        }
        for i, name in enumerate(threats)
    }
    document: Document = {
        "title": f"lean {kind} {number}",
        "sensor": {name: {} for name in sensors},
        "battery": {
            name: {
                "magazine": {"round": draw.choice((1, 2, 3, 5))},
                # Two at least, and so many that two are compiled in.
                "channels": 2,
                "sensors": [f"s{i}"] if sensors else [],
                "hold_s": draw.choice((0.0, 1.0)),
            }
            for i, name in enumerate(batteries)
        },
        "interceptor": {"round": {"remote": draw.choice(("none", "launch", "engage"))}},
        "threat": threats,
        "raid": waves,
        "opportunities": {"rows": _shots(draw, kind, tuple(waves), batteries)},
        "doctrine": {"all": _doctrine(draw, kind)},
        "architecture": architectures,
    }
    if sensors:
        document["tracks"] = {"rows": _tracks(draw, tuple(waves), sensors)}
    return document


def launches_once(rows: list[Document]) -> list[Document]:
    """The rows without those that repeat a launch of a battery and interceptor at a threat, which
    no table may hold: of such rows the first stays."""
    launch = ("threat", "battery", "interceptor", "launch_s")
    first = {tuple(row[key] for key in launch): row for row in reversed(rows)}
    return list(first.values())[::-1]


def _shots(
    draw: random.Random, kind: str, waves: tuple[str, ...], batteries: tuple[str, ...]
) -> list[Document]:
    rows = []
    for i in range(draw.randint(3, 8)):
        # Launches of a cell at one time are a burst, which only its kind should have.
        launch = draw.choice((0, 1, 2, 3, 5)) if kind == "bursts" else i
        rows.append(
            {
                "threat": draw.choice(waves),
                "battery": draw.choice(batteries),
                "interceptor": "round",
                "launch_s": launch,
                "intercept_s": launch + draw.choice((1, 2, 4)),
                "sspk": draw.choice((0.3, 0.6, 1.0)),
            }
        )
    return launches_once(rows)


def _doctrine(draw: random.Random, kind: str) -> Document:
    choose: Callable[..., object] = lambda *values: draw.choice(values)  # noqa: E731
    table: Document = {
        "salvo": choose([1, 2], [2, 1], [2, 0]),
        "assessment_s": choose(0.0, 1.0, 3.0),
        "others_kills_s": choose(0.0, 1.0, "never"),
    }
    if kind == "bursts":
        table["allot"] = choose("even", "first_come")
    return table


def _tracks(
    draw: random.Random, waves: tuple[str, ...], sensors: tuple[str, ...]
) -> list[Document]:
    return [
        {
            "sensor": sensor,
            "threat": wave,
            "time_s": time,
            "probability": probability,
            "cued_probability": probability + 0.2,
        }
        for wave in waves
        for sensor in sensors
        for time, probability in ((draw.choice((0, 1)), 0.3), (draw.choice((2, 4)), 0.8))
    ]
