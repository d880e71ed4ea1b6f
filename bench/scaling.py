"""How the cost of a pairing changes with the size of the task, of mcdefense alone.

python bench/scaling.py --json scaling.json    some minutes; `page.py` puts it into the docs

Variants of the case `small`. What is compared takes turns in one process, so that a noisy machine
hurts both alike; a figure is the median of the turns' ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from machine import about

from mcdefense.run.simulator import axes_of
from mcdefense.run.speed import SMALL, Trainer
from mcdefense.scenario import Scenario, loads
from mcdefense.schedule.build import Builder

TRIALS = 8_192


@dataclass(frozen=True)
class Aim:
    """A ratio, and what it should be: at most or at least `bound`."""

    meaning: str
    ratio: float
    low: float
    high: float
    bound: float
    at_least: bool

    @property
    def holds(self) -> bool:
        """Whether the ratio is within its bound."""
        return self.ratio >= self.bound if self.at_least else self.ratio <= self.bound


def small(*, threats: int = 100, architectures: int = 2) -> Scenario:
    """The case `small` with so many threats, and its first architectures."""
    text = SMALL.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(count +=) 50$", rf"\1 {threats // 2}", text)
    if architectures == 1:
        text = text[: text.index("[architecture.integrated]")]
    return loads(text, name="small")


def trainer(scenario: Scenario, devices: int | None = None) -> Trainer:
    """World 0 of a scenario, compiled."""
    builder = Builder(scenario)
    schedule = builder.schedule(builder.world(1, 0))
    ready = Trainer([schedule], axes_of(builder, schedule.worlds), devices=devices)
    ready.replay(ready.batch * len(ready.workers))
    return ready


def seconds(ready: Trainer, trials: int) -> float:
    """Seconds that so many trials take."""
    return ready.replay(trials)[1]


def cost(ready: Trainer, trials: int) -> float:
    """Seconds of a pairing."""
    return seconds(ready, trials) / ready.pairings(trials)


def ratios(above: Callable[[], float], below: Callable[[], float], turns: int) -> list[float]:
    """Of what takes turns."""
    return [above() / below() for _ in range(turns)]


def aim(meaning: str, found: list[float], bound: float, *, at_least: bool = False) -> Aim:
    """The median of the turns, with their range."""
    return Aim(meaning, statistics.median(found), min(found), max(found), bound, at_least)


def aims(turns: int) -> list[Aim]:
    """All that is measured."""
    one, both = trainer(small(architectures=1)), trainer(small())
    many = trainer(small(threats=1_000))
    single = trainer(small(), devices=1)
    cores = len(both.workers)
    found = [
        aim(
            "a pairing with 1,000 threats, to one with 100",
            ratios(lambda: cost(many, TRIALS), lambda: cost(both, TRIALS), turns),
            1.5,
        ),
        aim(
            f"a pairing in {16 * TRIALS:,} trials, to one in {TRIALS:,}",
            ratios(lambda: cost(both, 16 * TRIALS), lambda: cost(both, TRIALS), turns),
            1.1,
        ),
        aim(
            "a second architecture, to the first",
            [
                both_s - 1
                for both_s in ratios(
                    lambda: seconds(both, 4 * TRIALS), lambda: seconds(one, 4 * TRIALS), turns
                )
            ],
            0.8,
        ),
        aim(
            "peak memory of 1,048,576 trials, to 16,384",
            [peak(1_048_576) / peak(16_384)],
            1.05,
        ),
    ]
    if cores > 1:
        found.append(
            aim(
                f"pairings a second of {cores} cores, to one",
                ratios(lambda: cost(single, 4 * TRIALS), lambda: cost(both, 4 * TRIALS), turns),
                0.9 * cores,
                at_least=True,
            )
        )
    return found


def peak(trials: int) -> float:
    """Peak memory [bytes] of a process that replays so many trials of `small`."""
    program = f"import scaling; scaling.seconds(scaling.trainer(scaling.small()), {trials});"
    program += (
        "print([line.split()[1] for line in open('/proc/self/status') if 'VmHWM' in line][0])"
    )
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout) * 1024.0


def main() -> int:
    """Measure, print a table, write it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--turns", type=int, default=5, help="of each comparison; 5")
    options = parser.parse_args()
    report: dict[str, Any] = {**about(), "scaling": []}
    for each in aims(options.turns):
        sign = "at least" if each.at_least else "at most"
        print(
            f"{each.meaning}: {each.ratio:.2f} ({each.low:.2f} to {each.high:.2f}), {sign}"
            f" {each.bound:g}",
            flush=True,
        )
        report["scaling"].append({**vars(each), "holds": each.holds})
    report["machine"]["load_after"] = os.getloadavg()[0]
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
