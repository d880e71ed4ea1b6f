"""A result of random numbers: whatever is stored must come back, sense or nonsense."""

from __future__ import annotations

from typing import Any

import numpy as np

from mcdefense.statistics.axes import Axes
from mcdefense.statistics.result import Result
from mcdefense.statistics.tally import TALLY_DIMENSIONS, Tally
from mcdefense.store.layout import ESTIMATES

SCENARIO = '# Grüße, 東京\ntitle = "Round trip"\n\n[run]\nseed = 7\n'


def random_result(
    architectures: int = 3,
    classes: int = 2,
    batteries: int = 2,
    interceptors: int = 2,
    worlds: int = 4,
    parameters: int = 2,
    most_leakers: int = 5,
    seed: int = 1,
    **provenance: Any,
) -> Result:
    draw = np.random.default_rng(seed)
    axes = Axes(
        architecture=tuple(f"architecture_{i}" for i in range(architectures)),
        threat_class=tuple(f"class_{i}" for i in range(classes)),
        battery=tuple(f"battery_{i}" for i in range(batteries)),
        interceptor=tuple(f"interceptor_{i}" for i in range(interceptors)),
        asset=("area", "north"),
        world=np.sort(draw.choice(1 << 40, worlds, replace=False)),
    )
    sizes = {**axes.sizes, "leakers": most_leakers + 1}

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
