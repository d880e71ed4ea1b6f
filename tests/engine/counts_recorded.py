"""Digests of what the engine counts, recorded once, so that no change to it changes a count unseen.

Run as a program it records them anew, in counts_recorded.json:

    python -m tests.engine.counts_recorded

The counts of `eastern_flank` were recorded anew when plans came to be drawn by quota, in blocks of
worlds (rule 32, `quota`): its worlds have other plans since then. No other case has several plans.
Those of both flanks were recorded anew when they came to have losses and a network that is cut.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcdefense import load, loads, simulate
from mcdefense.contract import Sizes
from mcdefense.engine.devices import Block, Fleet, choose_workers
from mcdefense.run.counting import block_counts
from mcdefense.run.simulator import axes_of
from mcdefense.schedule.build import Builder
from mcdefense.schedule.pad import padded_sizes
from mcdefense.statistics import COUNTS, OUTCOMES, TALLY_DIMENSIONS
from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import toml
from tests.system.reference.every_case import every_case

TESTS = Path(__file__).parents[1]
FILE = Path(__file__).with_suffix(".json")
CONFIGS = {
    "coordination": (3, 256),
    "eastern_flank": (2, 128),
    "eastern_flank_all_threats": (2, 128),
    "layered_table": (2, 512),
    "mass_raid": (2, 128),
    "quick_start": (4, 512),
}
"""Worlds, and trials of each, of every configuration."""
RANDOM = range(200)
"""Numbers of the random scenarios (tests/support/random_scenarios.py)."""
SEED, TRIALS = 3, 48
"""Seed of every run, and trials of a random scenario."""
REFERENCE_SEED = 1
"""Seed of the scenarios of the short comparison, whatever tests are seeded with."""


NAMED_THEN = {"damaging_leakers": "hits", "asset_damaged": "asset_hit"}
"""Counts whose names have changed since they were recorded."""


CAUSES_SINCE = ("network", "lost")
"""Causes that were not told apart when the others were recorded; they are left out of a case that
has neither."""
KEPT_SINCE = {count.name for count in COUNTS if count.since > (1, 1)}
"""Counts that were not kept when these were recorded."""


def digest(counts: Mapping[str, NDArray[np.integer]]) -> str:
    """What is counted, as 16 hexadecimal digits; names, shapes and values count, types do not.

    Names are those that were recorded; counts that are kept since then are left out.
    """
    hashed = hashlib.sha256()
    counts = {
        NAMED_THEN.get(name, name): values
        for name, values in counts.items()
        if name not in KEPT_SINCE
    }
    new = [OUTCOMES.index(cause) for cause in CAUSES_SINCE]
    for name, values in sorted(counts.items()):
        if "cause" in TALLY_DIMENSIONS.get(name, ()) and not values[..., new].any():
            values = np.delete(values, new, axis=-1)
        numbers = np.ascontiguousarray(values, dtype=np.int64)
        hashed.update(f"{name} {numbers.shape}".encode())
        hashed.update(numbers.tobytes())
    return hashed.hexdigest()[:16]


def of_config(name: str) -> str:
    """The digest of a small run of a configuration."""
    worlds, trials = CONFIGS[name]
    scenario = load(TESTS.parent / "configs" / f"{name}.toml")
    result = simulate(scenario, worlds=worlds, trials_per_world=trials, seed=SEED)
    return digest(result.tally.counts)


def of_random(numbers: Iterable[int]) -> Iterator[tuple[str, str]]:
    """Each random scenario's number with its digest; all in one capacity, to compile few."""
    built = []
    for number in numbers:
        builder = Builder(loads(toml(random_scenario(number))))
        schedule = builder.schedule(builder.world(SEED, number % 4))
        built.append((number, schedule, axes_of(builder, np.arange(1))))
    needed = [schedule.sizes for _, schedule, _ in built]
    capacity = padded_sizes(
        Sizes(*(max(getattr(sizes, f.name) for sizes in needed) for f in fields(Sizes)))
    )
    with Fleet(choose_workers(1), SEED) as fleet:
        for number, schedule, axes in built:
            fleet.submit(Block(schedule, capacity, 0, TRIALS, TRIALS, capacity.objects + 1))
            for block, outcome in fleet.finished(everything=True):
                yield str(number), digest(block_counts(block.schedule, outcome, axes, 1))


def of_short_comparison() -> Iterator[tuple[str, str]]:
    """Each scenario's digest, of what the engine makes of the short comparison with the reference.

    In tests these trials are simulated anyhow (tests/system/reference): they cost no program.
    """
    cases = every_case(REFERENCE_SEED)
    named = [(name, case) for name, case in cases.named.items()]
    numbered = [(f"random {i}", case) for i, case in enumerate(cases.random)]
    numbered += [(f"lean {i}", case) for i, case in enumerate(cases.lean)]
    for name, case in named + numbered:
        counts = {
            f"{trial} {' '.join(key)}": np.array(number)
            for trial, outcome in case.outcomes.items()
            for key, number in outcome.items()
            if key[0] not in ("leaked_alone", "leaker_looks", "before_onset")
        }
        yield name, digest(counts)


def recorded() -> dict[str, dict[str, str]]:
    """The digests of the file, by kind and name."""
    known: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return known


if __name__ == "__main__":
    found = {
        "config": {name: of_config(name) for name in CONFIGS},
        "short comparison": dict(of_short_comparison()),
        "random": dict(of_random(RANDOM)),
    }
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
