"""Random table scenarios over every rule, small and full of ties and shortages.

Times are whole seconds of a few, so that launches, intercepts, ends of looks, releases, tracks
and bursts fall together; magazines and channels are scarce. All of them share a skeleton: the
same names, and a far-off wave (`far`, met by battery and cell `guard` alone) that uses every
feature of the engine, so that few programs are compiled.
"""

from __future__ import annotations

import random
from typing import Any

from tests.support.toml_text import Document
from tests.system.reference.far_wave import (
    FAR,
    FAR_CLASS,
    GUARD,
    GUARD_CELL,
    far_coins,
    far_doctrine,
    far_shots,
    far_tracks,
)
from tests.system.reference.lean_scenarios import launches_once

Draw = random.Random

BATTERIES = ("b0", "b1", "b2")
SENSORS = ("s0", "s1", "s2")
INTERCEPTORS = ("cheap", "dear")
CLASSES = ("fast", "slow", "decoy")
PROBABILITIES = (0.5, 1.0, 0.9, 0.75, 0.25, 0.0)


def random_scenario(number: int) -> Document:
    """The random scenario of this number: a document of the skeleton."""
    draw = random.Random(number)
    waves = _waves(draw)
    blind = _one(draw, False, True)
    return {
        "title": f"random {number}",
        "engagement": {
            # Their counts were recorded without (tests/engine); others are made with losses.
            "losses": False,
            "priority": _one(draw, "time", "value"),
            "prefer": _one(
                draw,
                None,
                None,
                ["file"],
                ["cost"],
                ["versatility", "cost"],
                ["versatility", "file"],
            ),
        },
        "asset": {
            "town": {"damage_probability": _p(draw)},
            "port": {"damage_probability": _p(draw), "defended": _one(draw, True, False)},
            "field": {"damage_probability": 0.5},
        },
        "sensor": {name: {} for name in (*SENSORS, "lamp", "torch")},
        "battery": {
            **{name: _battery(draw, name, blind) for name in BATTERIES},
            "guard": GUARD,
        },
        "interceptor": {
            "cheap": {"cost": 1.0, "remote": _one(draw, "engage", "launch", "none")},
            "dear": {
                "cost": _one(draw, 3.0, 3.0, 1.0),
                "remote": _one(draw, "engage", "launch", "none"),
            },
            "spare": {"cost": 9.0},
        },
        "threat": {
            "fast": {
                "reliability": _one(draw, 1.0, 1.0, 0.5),
                "value": _one(draw, 1.0, 2.0),
                "called": _one(draw, 1.0, 1.0, 0.5),
                "looks_kept": _one(draw, None, 1),
            },
            "slow": {"called": _one(draw, 1.0, 1.0, 0.5), "value": _one(draw, 1.0, 0.0)},
            "decoy": {"role": _one(draw, "decoy", "friendly"), "called": _one(draw, 0.5, 1.0)},
            "far": FAR_CLASS,
        },
        "raid": {
            **waves,
            "far": FAR,
        },
        "opportunities": {"rows": [*_shots(draw, waves), *far_shots()]},
        "tracks": {"rows": [*_tracks(draw, waves), *far_tracks()]},
        "doctrine": {**_doctrine(draw), **far_doctrine()},
        "coin": {**_coins(draw), **far_coins()},
        "architecture": _architectures(draw, blind),
    }


def _one(draw: Draw, *values: Any) -> Any:
    return draw.choice(values)


def _p(draw: Draw) -> float:
    return float(_one(draw, *PROBABILITIES))


def _some(draw: Draw, names: tuple[str, ...]) -> list[str]:
    return draw.sample(names, draw.randint(1, len(names)))


def _maybe(draw: Draw, names: tuple[str, ...]) -> list[str] | None:
    """No scope, or some of the names."""
    return _some(draw, names) if _one(draw, False, False, True) else None


def _seconds(draw: Draw, *values: float) -> float:
    return float(_one(draw, *values))


def _waves(draw: Draw) -> Document:
    waves: Document = {}
    for i, class_ in enumerate(CLASSES):
        start: Any = _seconds(draw, 0, 1, 2)
        if _one(draw, False, False, True):
            start = [start, start + _seconds(draw, 0, 1, 3)]
        waves[f"w{i}"] = {
            "class": class_,
            "count": _one(draw, 1, 2, 3, 0, [0, 3]) if i else _one(draw, 2, 1, 3, [1, 3]),
            "asset": _one(draw, "town", ["town", "port"], "battery.b0", None),
            "start_s": start,
            "arrival": _one(draw, "uniform", "simultaneous"),
            "impact_s": _one(draw, None, 30),
        }
    return waves


def _battery(draw: Draw, name: str, blind: bool) -> Document:
    salvo = _one(draw, None, None, None, {"fast": [2]}, {"slow": [0, 1], "fast": [3, 1]})
    reserve = _one(
        draw,
        None,
        None,
        {"cheap": {"slow": 1}},
        {"dear": {"fast": 1, "slow": 1}},
        {"cheap": {"fast": 2, "decoy": 9}},
    )
    own = {"b0": ["s0"], "b1": ["s1"], "b2": []}[name]
    return {
        "magazine": {"cheap": _one(draw, 2, 1, 3, 5, 8, 0), "dear": _one(draw, 1, 2, 3, 5, 0)},
        "sensors": [] if blind else _one(draw, own, own, [], ["s0"], ["s0", "s1"]),
        "channels": _one(draw, None, 1, 1, 2),
        "hold_s": _seconds(draw, 0, 1, 2),
        "reload_s": _seconds(draw, 0, 3),
        "reaction_s": _seconds(draw, 0, 1),
        "salvo": salvo,
        "reserve": reserve,
    }


def _shots(draw: Draw, waves: Document) -> list[Document]:
    flown = [wave for wave in waves if waves[wave]["count"] != 0]
    threats = [*flown, *flown, *flown, *(f"{wave}.0" for wave in flown)]
    rows = []
    for _ in range(draw.randint(3, 9)):
        launch, flight = _seconds(draw, 0, 1, 2, 3, 4, 6, 8), _seconds(draw, 2, 1, 3, 5)
        threat, pace = draw.choice(threats), _one(draw, 0, 0, 1)
        for i in range(draw.randint(1, 4)):
            rows.append(
                {
                    "threat": threat,
                    "battery": draw.choice(BATTERIES),
                    "interceptor": draw.choice(INTERCEPTORS),
                    "launch_s": launch + pace * i,
                    "intercept_s": launch + pace * i + flight,
                    "sspk": _one(draw, 0.3, 0.5, 0.9, 1.0, 0.0),
                }
            )
    return launches_once(rows)


def _tracks(draw: Draw, waves: Document) -> list[Document]:
    rows = []
    for wave in waves:
        for sensor in SENSORS:
            if _one(draw, True, True, False):
                low, high = sorted((_p(draw), _one(draw, 1.0, 0.9, 0.5)))
                cued = sorted((_p(draw), _p(draw))) if _one(draw, False, True) else (None, None)
                first = _seconds(draw, 0, 1, 2)
                later = first + _seconds(draw, 1, 2, 4)
                for time, p, c in ((first, low, cued[0]), (later, high, cued[1])):
                    rows.append(
                        {
                            "sensor": sensor,
                            "threat": wave,
                            "time_s": time,
                            "probability": p,
                            "cued_probability": c,
                        }
                    )
    return rows


def _doctrine(draw: Draw) -> Document:
    tables: Document = {}
    for i in range(_one(draw, 1, 2, 3)):
        cells = _maybe(draw, ("b0", "b1", "joined", "east", "west"))
        others = _one(draw, None, 0.0, 1.0, 2.0, "never")
        tables[f"d{i}"] = {
            "cells": cells,
            "classes": _maybe(draw, CLASSES),
            "salvo": _one(draw, [2], None, [1, 2], [4], [2, 1, 0], [0, 2], [3, 1, 2]),
            "last_salvo": _one(draw, None, None, "rest", 2, 0),
            "assessment_s": _one(draw, 1.0, 2.0, 3.0, 5.0, 0.0, None),
            "others_kills_s": others,
            "dead_called_alive": _one(draw, None, None, 0.5, 1.0),
            "live_called_dead": _one(draw, None, 0.5),
            "called": _one(draw, None, None, None, 0.5),
            "identification_s": _one(draw, None, None, 1.0),
            "choice": _one(draw, None, None, "first"),
            "adequate_sspk": _one(draw, None, 0.3, 0.9),
            "hold_stock": _one(draw, None, None, 1),
            "looks_kept": _one(draw, None, 1, 2, 3),
            "pooled_reserve": _one(draw, None, None, {"cheap": 2}, {"cheap": 1, "dear": 3}),
        }
    for i in range(_one(draw, 1, 0, 2)):
        tables[f"c{i}"] = {
            "cells": _maybe(draw, ("b0", "b1", "joined", "east", "west")),
            "burst_s": _one(draw, None, 0.0, 1.0, 2.0, 3.0),
            "allot": _one(draw, None, "even", "first_come"),
            "random": _one(draw, None, True, False),
            "decision_s": _one(draw, None, None, 1.0, 2.0),
        }
    return tables


def _coins(draw: Draw) -> Document:
    coins: Document = {}
    levels = (
        "engagement",
        "pair",
        "threat",
        "battery",
        "interceptor",
        "cell",
        "raid",
        "sensor",
        "link",
    )
    for i in range(_one(draw, 2, 1, 3, 4)):
        # Always one that is tossed for each opportunity: how many there are is compiled in.
        level = _one(draw, *levels) if i else "engagement"
        coin: Document = {"level": level, "probability": _p(draw) if i else _one(draw, 0.5, 1.0)}
        if level not in ("sensor", "link"):
            effects = (
                (None, "kill") if level == "engagement" else (None, "launch", "kill", "double")
            )
            coin["effect"] = _one(draw, *effects) if i else _one(draw, "launch", "double")
            coin["batteries"] = _maybe(draw, BATTERIES)
            coin["interceptors"] = _maybe(draw, INTERCEPTORS)
            coin["classes"] = _maybe(draw, CLASSES)
        if level == "sensor":
            coin["sensors"] = _maybe(draw, SENSORS)
        else:
            coin["cells"] = _maybe(draw, ("b0", "b1", "joined", "east", "west"))
        coin["architectures"] = _maybe(draw, ("apart", "sectors", "joined"))
        coins[f"k{i}"] = coin
    return coins


def _architectures(draw: Draw, blind: bool) -> Document:
    share = ("engage", "launch", "warning", "none")
    half = _one(draw, None, None, 0.5, 0.25)
    sectors: Document = {
        "east": {
            "batteries": ["b0"],
            "sensors": [] if blind else _one(draw, [], ["s2"]),
            "share": _one(draw, *share),
            "latency_s": _seconds(draw, 0, 1),
            "classes": _maybe(draw, CLASSES),
            "assets": _one(draw, None, None, ["town", "battery.b0"]),
            "assign": half,
        },
        "west": {
            "batteries": ["b1", "b2"],
            "sensors": [] if blind else _one(draw, [], ["s2"], ["s1"]),
            "share": _one(draw, *share),
            "latency_s": _seconds(draw, 0, 1),
            "assign": half,
        },
        "guard": GUARD_CELL,
    }
    links = {
        cell: {
            "share": _one(draw, *share),
            "latency_s": _seconds(draw, 0, 1),
            "availability": _p(draw),
        }
        for cell in ("east", "west")
        if _one(draw, True, True, False)
    }
    joined: Document = {
        "joined": {
            "batteries": list(_one(draw, BATTERIES, ("b2", "b0", "b1"))),
            "sensors": [] if blind else _one(draw, ["s0", "s1", "s2"], [], ["s2"]),
            "share": _one(draw, *share),
            "latency_s": _seconds(draw, 0, 1),
        },
        "guard": GUARD_CELL,
    }
    change = {"battery.b0.reaction_s": _one(draw, 0.0, 1.0, 2.0), "interceptor.dear.cost": 2.0}
    if _one(draw, False, True):
        change["battery.b1.magazine.cheap"] = 4
    apart: Document = {
        **{b: {"batteries": [b], "share": "engage"} for b in BATTERIES},
        "guard": GUARD_CELL,
    }
    return {
        "apart": {"cells": apart, "share": _one(draw, None, "warning", "engage")},
        "sectors": {
            "cells": sectors,
            "links": links,
            "network": {
                "availability": _one(draw, 0.5, 1.0),
                "fallback": _one(draw, "apart", "none"),
            },
        },
        "joined": {
            "cells": joined,
            "network": {"availability": _one(draw, 0.9, 0.5), "fallback": "apart"},
            "set": change,
        },
    }
