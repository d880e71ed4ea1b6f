"""What a world costs before it is simulated, and what processes that build worlds gain.

python bench/worlds.py                           every scenario
python bench/worlds.py flank --against FOLDER    in ratio to the package in that folder

Seconds are those of a core, and each figure is the median over turns, in which the commits follow
each other, so that a noisy machine hurts both alike. With processes the clock counts: it needs free
cores, and the load stands beside the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
SCENARIOS = {
    "flank": "bench/flank.toml",
    "mass_raid": "configs/mass_raid.toml",
    "small": "mcdefense/run/small.toml",
    "quick_start": "configs/quick_start.toml",
}
PROCESSES = (0, 1, 2)
SEED = 1

WORKER = """\
import json, sys, time
from mcdefense.scenario import load
from mcdefense.schedule.build import Builder
builder = Builder(load(sys.argv[1]))
for line in sys.stdin:
    numbers, digests = json.loads(line), []
    since = time.process_time()
    for number in numbers:
        digests.append(builder.schedule(builder.world(int(sys.argv[2]), number)).digest)
    print(json.dumps([time.process_time() - since, digests]), flush=True)
"""


class Worker:
    """Builds worlds of a scenario with the package in a folder, in a process of its own."""

    def __init__(self, folder: Path, scenario: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(scenario.resolve()), str(SEED)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,  # which Python looks in first: the other commit must not find this one
            env={**os.environ, "PYTHONPATH": str(folder)},
        )

    def build(self, numbers: list[int]) -> tuple[float, list[str]]:
        """Seconds of a core, and the digest of each world."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(numbers) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"the builder ended with exit status {self._process.wait()}")
        seconds, digests = json.loads(line)
        return seconds, digests

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def cost(scenario: Path, against: Path | None, worlds: int, turns: int) -> dict[str, Any]:
    """Seconds of a core a world, and the ratio to the other commit."""
    folders = {"here": HERE} | ({} if against is None else {"against": against})
    workers = {name: Worker(folder, scenario) for name, folder in folders.items()}
    seconds: dict[str, list[float]] = {name: [] for name in folders}
    differ: list[int] = []
    for turn in range(turns + 1):  # the first one fills what is kept from world to world
        numbers = list(range(turn * worlds, (turn + 1) * worlds))
        digests = []
        for name, worker in workers.items():
            spent, found = worker.build(numbers)
            digests.append(found)
            if turn:
                seconds[name].append(spent / worlds)
        differ += [n for n, *each in zip(numbers, *digests, strict=True) if len(set(each)) > 1]
    for worker in workers.values():
        worker.close()
    found_here: dict[str, Any] = {"seconds_a_world": statistics.median(seconds["here"])}
    if against is not None:
        pairs = zip(seconds["here"], seconds["against"], strict=True)
        found_here["ratio"] = statistics.median(here / other for here, other in pairs)
        found_here["worlds_that_differ"] = differ
    return found_here


def with_processes(scenario: Path, worlds: int) -> dict[int, float]:
    """Worlds a second by the clock, by the number of processes; the first ones are not counted."""
    from mcdefense.run.builders import Builders, Here
    from mcdefense.scenario import load
    from mcdefense.schedule.build import Builder

    rates = {}
    for processes in PROCESSES:
        builders = Builders(Here(Builder(load(scenario)), SEED), processes, 1, lambda _: None)
        first = worlds // 4
        with closing(builders.built(list(range(worlds)))) as built:
            for world, _, _ in built:
                if world.number == first:
                    since = time.perf_counter()
            rates[processes] = (worlds - 1 - first) / (time.perf_counter() - since)
    return rates


def main() -> int:
    """Measure and print; with `--json` also keep."""
    sys.path.insert(0, str(Path(__file__).parent))
    from machine import about

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", help=f"of {', '.join(SCENARIOS)}; all")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another commit's folder")
    parser.add_argument("--worlds", type=int, default=8, help="worlds of each turn; 8")
    parser.add_argument("--turns", type=int, default=5, help="turns; 5")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"got {', '.join(sorted(unknown))}, expected some of {', '.join(SCENARIOS)}")
    report: dict[str, Any] = {**about(), "cases": {}}
    for name in options.scenarios or SCENARIOS:
        scenario = HERE / SCENARIOS[name]
        case = cost(scenario, options.against, options.worlds, options.turns)
        case["worlds_a_second"] = with_processes(scenario, 4 * options.worlds)
        case["load"] = os.getloadavg()[0]
        report["cases"][name] = case
        line = f"{name}: {1e3 * case['seconds_a_world']:.1f} ms of a core a world"
        if "ratio" in case:
            differ = len(case["worlds_that_differ"])
            line += f", {case['ratio']:.2f} of the other commit's; {differ} worlds differ"
        rates = ", ".join(f"{n}: {rate:.1f}" for n, rate in case["worlds_a_second"].items())
        print(f"{line}; worlds/s by processes {rates}; load {case['load']:.1f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
