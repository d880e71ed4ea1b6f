"""The model's mass raids beside the nights whose composition they take (no calibration).

`configs/mass_raid.toml` draws its raids from the reports, its defence is fictional. So only the
order of magnitude is comparable, and the page says why.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

import numpy as np

import mcdefense
from mcdefense.statistics import Result

CONFIGS = Path(__file__).parents[3] / "configs"
SCENARIO, NIGHTS = CONFIGS / "mass_raid.toml", CONFIGS / "historical_raids.csv"
LIBRARY = Path(mcdefense.__file__).parent / "scenario" / "library" / "notional_1.toml"
WORLDS, TRIALS, FIRST = 96, 64, 2
"""Nights, trials of each, and how many of the first nights a test reruns."""

CLASSES = {
    "one_way_drone": "one_way_drone",
    "subsonic_cruise": "subsonic_cruise",
    "supersonic_cruise": "supersonic_cruise",
    "short_range_ballistic": "short_range_ballistic",
    "hypersonic": "quasi_ballistic",
}
"""Class of the reports: class of the model."""


def reported(nights: list[int] | None = None) -> dict[str, tuple[int, int]]:
    """(launched, reported intercepted) by class of the reports, over these nights or all."""
    with NIGHTS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    chosen = rows if nights is None else [rows[night] for night in nights]
    return {
        name: (
            sum(int(row[f"{name}_launched"]) for row in chosen),
            sum(int(row[f"{name}_intercepted"]) for row in chosen),
        )
        for name in CLASSES
    }


def inputs_identity() -> str:
    """Hash of the scenario, the nights and the library."""
    digest = hashlib.sha256()
    for path in (SCENARIO, NIGHTS, LIBRARY):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def measured(model: str, seed: int) -> dict[str, Any]:
    """Live threats and leakers by class and architecture over the nights drawn."""
    scenario = mcdefense.load(SCENARIO)
    result = mcdefense.simulate(scenario, worlds=WORLDS, trials_per_world=TRIALS, seed=seed)
    return {
        "model": model,
        "inputs": inputs_identity(),
        "trials": TRIALS,
        "nights": [int(night) for night in np.asarray(result.night)],
        "architectures": {name: a.label or name for name, a in scenario.architecture.items()},
        "counts": counts(result, WORLDS),
        "first": counts(result, FIRST),
    }


def counts(result: Result, nights: int) -> dict[str, dict[str, int]]:
    """Live threats, and leakers of each architecture, by class over the first nights."""
    tally, classes = result.tally, result.tally.axes.threat_class
    leaked = tally["leaked"][:nights].sum(0)[:, : len(classes)]
    rows = [tally["live"][:nights].sum(0), *leaked]
    names = ["live", *tally.axes.architecture]
    return {
        name: {kind: int(n) for kind, n in zip(classes, row, strict=True)}
        for name, row in zip(names, rows, strict=True)
    }
