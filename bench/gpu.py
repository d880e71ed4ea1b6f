"""mcdefense on a GPU: equal bits to the CPU's, pairings a second by batch, and the memory's floor.

python bench/gpu.py --json gpu.json     every case, some minutes, where JAX finds a GPU
python bench/gpu.py --stand-in small    how it goes, with the CPU in its place

A GPU keeps the state of a batch in its memory, so that no pairing can take less time than its
bytes do: `floor` is that rate, and `of floor` what was reached of it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import jax
import numpy as np
from cases import CASES, Prepared, prepare
from machine import about

from mcdefense.contract import Features
from mcdefense.engine.devices import Block, Fleet, choose_workers, default_batch
from mcdefense.engine.epilogue import Outcome
from mcdefense.schedule.pad import padded_sizes

BANDWIDTH = {"H100": 3.35e12, "H200": 4.8e12, "A100": 2.04e12}
"""Bytes a second of a card's memory, as its maker states it, by what its name holds."""
ALIKE_TRIALS = 4_096
"""Trials whose counts are compared with the CPU's."""
SMALLEST_BATCH = 4_096


def bytes_of_a_pairing(features: Features) -> int:
    """Bytes that judging and carrying out must read and write: rows of 16 bits, once each."""
    # Death, cause, last intercept, look, stock, busy, hold; the decision is written and read.
    changed = 8 + features.counter_words + features.decisions + features.plans
    # Gate, rounds that would kill, a released hold.
    read = 3 + 2 * features.flags + (features.error_variants > 0) + features.holds
    return 4 * changed + 2 * read


def outcome_of(fleet: Fleet, prepared: Prepared, trials: int) -> tuple[Outcome, float]:
    """The counts of that many trials of the first world, and the seconds they took."""
    schedule = prepared.schedules[0]
    room = padded_sizes(schedule.sizes)
    begin = time.perf_counter()
    fleet.submit(Block(schedule, room, 0, trials, trials, room.objects + 1))
    ((_, outcome),) = fleet.finished(everything=True)
    return outcome, time.perf_counter() - begin


def measure(name: str, device: jax.Device, repeats: int) -> dict[str, Any]:
    """One case: whether the counts equal the CPU's, and the rate of each batch."""
    prepared = prepare(name, 1)
    schedule = prepared.schedules[0]
    cpu = jax.devices("cpu")[0]
    with Fleet([device], prepared.seed) as ours, Fleet([cpu], prepared.seed) as theirs:
        pairs = zip(
            *(jax.tree.leaves(outcome_of(f, prepared, ALIKE_TRIALS)[0]) for f in (ours, theirs)),
            strict=True,
        )
        alike = all(np.array_equal(a, b) for a, b in pairs)
        most = default_batch(device, schedule.features, padded_sizes(schedule.sizes))
        rates, batch = {}, SMALLEST_BATCH
        while batch <= most:
            outcome_of(ours, prepared, batch)  # compiles
            seconds = min(outcome_of(ours, prepared, batch)[1] for _ in range(repeats))
            rates[batch] = prepared.pairings * batch / seconds
            batch *= 4
    return {
        "counts_equal_the_cpus": alike,
        "pairings_per_s": rates,
        "bytes_per_pairing": bytes_of_a_pairing(schedule.features),
    }


def report(name: str, case: dict[str, Any], bandwidth: float) -> str:
    """A case as lines."""
    lines = [
        f"{name}: counts {'equal' if case['counts_equal_the_cpus'] else 'DIFFER FROM'} the CPU's;"
        f" {case['bytes_per_pairing']} bytes a pairing"
    ]
    for batch, rate in case["pairings_per_s"].items():
        of = f", {rate * case['bytes_per_pairing'] / bandwidth:.3f} of floor" if bandwidth else ""
        lines.append(f"  {batch:>9,} trials: {rate / 1e6:>10,.0f} M pairings/s{of}")
    return "\n".join(lines)


def main() -> int:
    """Measure the cases; 1 if any count differs, 2 without a GPU."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="default: all but many_worlds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--repeats", type=int, default=3, help="replays of a batch, the best; 3")
    parser.add_argument("--stand-in", action="store_true", help="the CPU in a GPU's place")
    options = parser.parse_args()
    names = options.cases or [name for name in CASES if name != "many_worlds"]
    if unknown := set(names) - set(CASES):
        parser.error(f"got {', '.join(sorted(unknown))}, expected some of {', '.join(CASES)}")
    device = choose_workers(None)[0]
    if device.platform == "cpu" and not options.stand_in:
        parser.error("JAX finds no GPU here (or its package is missing: mcdefense[cuda12])")
    bandwidth = next((b for card, b in BANDWIDTH.items() if card in device.device_kind), 0.0)
    kept: dict[str, Any] = {**about(), "device": device.device_kind, "bandwidth": bandwidth}
    kept["cases"] = {}
    for name in names:
        kept["cases"][name] = measure(name, device, options.repeats)
        print(report(name, kept["cases"][name], bandwidth), flush=True)
        if options.json:
            options.json.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0 if all(case["counts_equal_the_cpus"] for case in kept["cases"].values()) else 1


if __name__ == "__main__":
    sys.exit(main())
