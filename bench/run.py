"""Pairings a second of mcdefense and of its peers, on the same opportunities and rules.

python bench/run.py                          every case
python bench/run.py small --json small.json  one case, kept
python bench/run.py small --seconds 0.5      a quick look

Every engine has a process and two cores of its own; all are checked to agree in the leak
probability before any is timed, and take turns, so that a noisy machine hurts all alike.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from cases import CASES, Prepared, prepare
from machine import about
from peers.orders import lacks

ENGINES = ("mcdefense", "numpy", "numba", "c_vector")
MOST_STANDARD_ERRORS = 4.0
CHECK_TRIALS = 16_384
"""Trials of the check at most, where the case leaves it open; slower engines do fewer."""


class Disagreement(Exception):
    """A peer that does not play by the same rules: no row, an error."""


@dataclass
class Engine:
    """A worker process and what it has answered."""

    name: str
    process: subprocess.Popen[str]
    step: int
    compile_s: float
    pairings: int  # of one trial of every world
    rates: list[float]
    core_rates: list[float]
    rate: float = 0.0  # pairings a second in the last replay
    core_rate: float = 0.0  # and by second of a core, whatever else the machine had to do
    last: dict[str, Any] | None = None
    trials: int = 0

    def replay(self, trials: int, seed: int) -> dict[str, Any]:
        """`trials` trials, timed."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{trials} {seed}\n")
        self.process.stdin.flush()
        self.last, self.trials = _answer(self.name, self.process), trials
        self.rate = self.pairings * trials / self.last["seconds"]
        self.core_rate = self.pairings * trials / max(self.last["core_seconds"], 0.01)
        return self.last

    def trials_for(self, seconds: float) -> int:
        """Trials that take about so long by the last replay, whole steps of them."""
        wanted = seconds * self.rate / self.pairings
        return max(round(wanted / self.step), 1) * self.step


def _answer(name: str, process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"{name}: ended with exit status {process.wait()}")
    answer: dict[str, Any] = json.loads(line)
    return answer


def start(name: str, file: Path, pairings: int, cores: int) -> Engine:
    """A worker, once it has compiled."""
    command = [sys.executable, str(Path(__file__).parent / "worker.py"), name, str(file)]
    path = os.pathsep.join(
        [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    process = subprocess.Popen(
        [*command, str(cores)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    ready = _answer(name, process)
    return Engine(name, process, ready["step"], ready["compile_s"], pairings, [], [])


def missing(name: str) -> str:
    """Why an engine cannot be had here; empty if it can."""
    import importlib.util
    import shutil

    if name == "numba" and importlib.util.find_spec("numba") is None:
        return "numba is not installed: pip install 'mcdefense[bench]'"
    if name == "c_vector" and shutil.which("gcc") is None:
        return "gcc was not found"
    return ""


def largest_z(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    """Greatest difference of leak probabilities over the architectures, in standard errors."""
    keys = ("leak_probability", "leak_probability_se")
    columns = zip(*(ours[k] for k in keys), *(theirs[k] for k in keys), strict=True)
    worst = 0.0
    for p, se, q, other_se in columns:
        scale = (se * se + other_se * other_se) ** 0.5
        worst = max(worst, abs(p - q) / scale if scale > 0 else (0.0 if p == q else float("inf")))
    return worst


def run_case(name: str, prepared: Prepared, options: argparse.Namespace) -> dict[str, Any]:
    """Every engine on one case: its part of the JSON."""
    schedule, left_out, engines = prepared.schedules[0], dict[str, str](), list[Engine]()
    for engine in options.engines:
        why = missing(engine) or ("" if engine == "mcdefense" else lacks(schedule))
        if why:
            left_out[engine] = why
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.pickle"
        file.write_bytes(pickle.dumps(prepared))
        try:
            for engine in options.engines:
                if engine not in left_out:
                    engines.append(start(engine, file, prepared.pairings, options.cores))
                    print(f"  {engine}: compiled in {engines[-1].compile_s:.1f} s", flush=True)
            fixed = options.trials or prepared.trials
            worst = check(engines, fixed, options.seconds)
            for turn in range(options.repeats):
                for e in engines:
                    e.replay(fixed or e.trials_for(options.seconds), 100 + turn)
                    e.rates.append(e.rate)
                    e.core_rates.append(e.core_rate)
        finally:
            for e in engines:
                if e.process.stdin is not None:
                    e.process.stdin.close()
                e.process.wait()
    names = prepared.axes.architecture
    return {
        "meaning": CASES[name].meaning,
        "objects": schedule.sizes.objects,
        "batteries": schedule.sizes.batteries,
        "opportunities": schedule.sizes.opportunities,
        "architectures": schedule.features.architectures,
        "tracks": schedule.sizes.tracks + schedule.sizes.cued,
        "sharing_steps": schedule.sizes.sharing,
        "worlds": len(prepared.schedules),
        "engines": [row(e, names, worst[e.name]) for e in engines],
        "left_out": left_out,
    }


def check(engines: list[Engine], fixed: int | None, seconds: float) -> dict[str, float]:
    """Greatest z of each engine against the first; raises Disagreement beyond 4.

    `fixed` trials, or as many as take about twice `seconds`.
    """
    worst = {}
    for e in engines:
        taken = e.replay(fixed or e.step, 1)["seconds"]
        if fixed is None and taken < 2 * seconds:
            most = -(-CHECK_TRIALS // e.step) * e.step
            e.replay(min(e.trials_for(2 * seconds), most), 2)
        assert engines[0].last is not None
        assert e.last is not None
        worst[e.name] = largest_z(engines[0].last, e.last)
        if worst[e.name] > MOST_STANDARD_ERRORS:
            raise Disagreement(
                f"{e.name}: leak probability {e.last['leak_probability']}, {engines[0].name}"
                f" {engines[0].last['leak_probability']}: {worst[e.name]:.1f} standard errors"
            )
    return worst


def row(e: Engine, architectures: tuple[str, ...], z: float) -> dict[str, Any]:
    """One engine's entry in the JSON."""
    assert e.last is not None
    return {
        "name": e.name,
        "pairings_per_s": statistics.median(e.rates),
        "pairings_per_s_range": [min(e.rates), max(e.rates)],
        "pairings_per_core_s": statistics.median(e.core_rates),
        "compile_s": e.compile_s,
        "peak_bytes": e.last["peak"],
        "leak_probability": dict(zip(architectures, e.last["leak_probability"], strict=True)),
        "leak_probability_se": dict(zip(architectures, e.last["leak_probability_se"], strict=True)),
        "largest_z": z,
        "trials": e.trials,
        "repeats": len(e.rates),
    }


def table(name: str, case: dict[str, Any]) -> str:
    """A case as lines of 80 columns."""
    lines = [
        f"{name}: {case['meaning']}; {case['opportunities']:,} opportunities,"
        f" {case['architectures']} architectures, {case['worlds']} worlds",
        f"  {'engine':<12}{'M pairings/s':>14}{'range':>14}{'a core':>9}"
        f"{'compile s':>11}{'peak MB':>9}{'|z|':>6}",
    ]
    for e in case["engines"]:
        low, high = (x / 1e6 for x in e["pairings_per_s_range"])
        lines.append(
            f"  {e['name']:<12}{e['pairings_per_s'] / 1e6:>14,.1f}{f'{low:,.0f}..{high:,.0f}':>14}"
            f"{e['pairings_per_core_s'] / 1e6:>9,.1f}"
            f"{e['compile_s']:>11.1f}{e['peak_bytes'] / 1e6:>9,.0f}{e['largest_z']:>6.1f}"
        )
    lines += [f"  {engine}: left out: {why}" for engine, why in case["left_out"].items()]
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--trials", type=int, help="trials of each replay; default by --seconds")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each replay, about; 3")
    parser.add_argument("--repeats", type=int, default=5, help="replays of each engine; 5")
    parser.add_argument("--cores", type=int, default=2, help="cores of each engine; 2")
    parser.add_argument("--worlds", type=int, default=64, help="worlds at most; 64, 0 for all")
    options = parser.parse_args()
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"got {', '.join(sorted(unknown))}, expected some of {', '.join(CASES)}")
    return options


def main() -> int:
    """Run the cases, print a table of each, write them all."""
    options = arguments()
    report: dict[str, Any] = {**about(), "cores_each": options.cores, "cases": {}}
    for name in options.cases or CASES:
        begin = time.perf_counter()
        prepared = prepare(name, options.worlds or None)
        building = time.perf_counter() - begin
        print(f"{name}: lists built in {building:.1f} s", flush=True)
        try:
            case = run_case(name, prepared, options)
        except Disagreement as difference:
            print(f"{name}: {difference}", file=sys.stderr)
            return 1
        case["build_s"] = building
        report["cases"][name] = case
        report["machine"]["load_after"] = os.getloadavg()[0]
        print(table(name, case), flush=True)
        if options.json:
            options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
