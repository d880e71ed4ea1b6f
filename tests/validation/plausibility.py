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

CONFIGS = Path(__file__).parents[2] / "configs"
SCENARIO, NIGHTS = CONFIGS / "mass_raid.toml", CONFIGS / "historical_raids.csv"
LIBRARY = Path(mcdefense.__file__).parent / "scenario" / "library" / "notional_1.toml"
WORLDS, TRIALS = 96, 64

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
    """Live threats and leakers by class and architecture over the first nights drawn."""
    scenario = mcdefense.load(SCENARIO)
    result = mcdefense.simulate(scenario, worlds=WORLDS, trials_per_world=TRIALS, seed=seed)
    axes, live = result.tally.axes, result.tally["live"].sum(0)
    leaked = result.tally["leaked"].sum(0)
    nights = [int(night) for night in np.asarray(result.night)]
    return {
        "model": model,
        "inputs": inputs_identity(),
        "trials": TRIALS,
        "nights": nights,
        "architectures": {
            name: scenario.architecture[name].label or name for name in axes.architecture
        },
        "live": {name: int(n) for name, n in zip(axes.threat_class, live, strict=True)},
        "leakers": {
            architecture: {
                name: int(n)
                for name, n in zip(axes.threat_class, leaked[a, : len(live)], strict=True)
            }
            for a, architecture in enumerate(axes.architecture)
        },
    }
