"""A result of random numbers: whatever is stored must come back, sense or nonsense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mcdefense.statistics import TALLY_DIMENSIONS, Tally
from mcdefense.statistics.axes import Axes
from mcdefense.statistics.result import Result
from mcdefense.store.layout import ESTIMATES

SCENARIO = '# Grüße, 東京\ntitle = "Round trip"\n\n[run]\nseed = 7\n'


USUAL = {
    "architectures": 3,
    "classes": 2,
    "batteries": 2,
    "interceptors": 2,
    "worlds": 4,
    "parameters": 2,
    "most_leakers": 5,
    "raids": 2,
}
"""How many of each a result has."""


def random_result(
    other: Mapping[str, int] | None = None, seed: int = 1, **provenance: Any
) -> Result:
    """A result of the usual shape, but for what `other` says."""
    shape_of = {**USUAL, **(other or {})}
    assert len(shape_of) == len(USUAL), "a word that is none of the shape's"
    worlds, parameters = shape_of["worlds"], shape_of["parameters"]
    draw = np.random.default_rng(seed)
    axes = Axes(
        architecture=tuple(f"architecture_{i}" for i in range(shape_of["architectures"])),
        threat_class=tuple(f"class_{i}" for i in range(shape_of["classes"])),
        battery=tuple(f"battery_{i}" for i in range(shape_of["batteries"])),
        interceptor=tuple(f"interceptor_{i}" for i in range(shape_of["interceptors"])),
        asset=("area", "north"),
        world=np.sort(draw.choice(1 << 40, worlds, replace=False)),
        time=60 * np.arange(3),
        raids=shape_of["raids"],
    )
    sizes = {**axes.sizes, "leakers": shape_of["most_leakers"] + 1}

    def shape(dimensions: tuple[str, ...]) -> list[int]:
        return [sizes[dimension] for dimension in dimensions]

    counts = {
        name: draw.integers(-(1 << 62), 1 << 62, shape(dimensions))
        for name, dimensions in TALLY_DIMENSIONS.items()
    }
    estimates = {
        variable.name: np.asarray(draw.normal(size=shape(variable.dimensions)))
        for variable in ESTIMATES
    }
    estimates["expected_leakers_network_lost"][0] = np.nan
    return Result(
        tally=Tally(axes, counts),
        estimates=estimates,
        parameters={f"parameter_{i}": draw.normal(size=worlds) for i in range(parameters)},
        plan=draw.choice(np.array(["west", "east", "überall"], object), worlds),
        night=draw.integers(-1, 9, worlds),
        schedule_hash=draw.integers(0, 1 << 64, worlds, dtype=np.uint64),
        check_hash=draw.integers(0, 1 << 64, worlds, dtype=np.uint64),
        provenance={
            "title": "Round trip – «é»",
            "marking": "NOTIONAL",
            "source": "mcdefense 0.1.0",
            "history": "2026-01-01T00:00:00Z mcdefense run round_trip.toml",
            "seed": (1 << 64) - 1,
            "negative": -5,
            "simulate_s": 1.25,
            "empty": "",
            "warnings": "[" + '"long text", ' * 10_000 + '"end"]',
            "overrides": 'run.seed = 7\nbattery.north.label = "é"\n',
            **provenance,
        },
        scenario_text=SCENARIO,
    )
