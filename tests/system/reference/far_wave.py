"""A far-off wave that switches on every feature of the engine, so that scenarios share programs.

It comes long after everything else and is met by the battery, and cell, `guard` alone, so that
it changes nothing for the rest.
"""

from __future__ import annotations

from tests.support.toml_text import Document

FAR_S = 1000
GUARD: Document = {
    "magazine": {"cheap": 9, "spare": 9},
    "sensors": ["lamp"],
    "channels": 3,
    "hold_s": 1.0,
    "reload_s": 1.0,
    "salvo": {"slow": [1, 2, 3, 4]},
    "reserve": {"spare": {"slow": 1}},
}
GUARD_CELL: Document = {"batteries": ["guard"], "sensors": ["torch"], "share": "warning"}
FAR_CLASS: Document = {"reliability": 0.5, "called": 0.5, "role": "decoy"}
FAR: Document = {
    "class": "far",
    "count": 2,
    "asset": "field",
    "start_s": FAR_S,
    "impact_s": 60,
}


def far_shots() -> list[Document]:
    """Opportunities of the far-off wave."""
    rows = []
    for launch, interceptor in (
        (0, "spare"),
        (0, "cheap"),
        (1, "spare"),
        (6, "cheap"),
        (30, "spare"),
    ):
        rows.append(
            {
                "threat": "far",
                "battery": "guard",
                "interceptor": interceptor,
                "launch_s": launch,
                "intercept_s": launch + 3,
                "sspk": 0.6,
            }
        )
    return rows


def far_tracks() -> list[Document]:
    """Tracks of the far-off wave."""
    return [
        {
            "sensor": sensor,
            "threat": "far",
            "time_s": 0,
            "probability": 0.5,
            "cued_probability": 0.9,
        }
        for sensor in ("lamp", "torch")
    ]


def far_doctrine() -> Document:
    """Doctrine against the far-off wave."""
    return {
        "far": {
            "classes": ["far"],
            "salvo": [2, 1, 1, 1],
            "last_salvo": "rest",
            "assessment_s": 1.0,
            "others_kills_s": 2.0,
            "dead_called_alive": 0.1,
            "live_called_dead": 0.1,
            "called": 0.7,
            "identification_s": 1.0,
            "choice": "cheapest_adequate",
            "adequate_sspk": 0.5,
            "hold_stock": 1,
            "looks_kept": 1,
            "pooled_reserve": {"spare": 1},
        },
        "guard": {"cells": ["guard"], "burst_s": 2.0, "random": True, "decision_s": 1.0},
    }


def far_coins() -> Document:
    """Coins tossed for the far-off wave."""
    levels = (
        ("engagement", "kill"),
        ("engagement", "double"),
        ("pair", "launch"),
        ("pair", "kill"),
        ("pair", "double"),
    )
    coins: Document = {
        f"far_{level}_{effect}": {
            "level": level,
            "effect": effect,
            "probability": 0.9,
            "classes": ["far"],
        }
        for level, effect in levels
    }
    # As many tables of kill limits as architectures, whatever coins of a scenario need.
    for name, probability in (("apart", 0.8), ("joined", 0.7)):
        coins[f"far_kill_{name}"] = {
            "level": "engagement",
            "probability": probability,
            "classes": ["far"],
            "architectures": [name],
        }
    coins["far_sensor"] = {"level": "sensor", "probability": 0.9, "sensors": ["lamp"]}
    return coins
