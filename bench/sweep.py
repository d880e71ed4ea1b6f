"""What a study costs in runs: eighty points of `quick_start` against one run of it, in turns.

python bench/sweep.py                          256 worlds of 128 trials a point, as the file asks
python bench/sweep.py --turns 3 --json FILE    the median of three turns, kept

Both commands have run once before the first turn, so that compiled programs are kept for both. The
time on a core says more than the clock where other programs run: the load stands beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
SCENARIO = HERE / "configs" / "quick_start.toml"
AXES = ("battery.north.magazine.medium_sam=8:26:2", "raid.cruise.count=10:38:4")
"""Ten magazines by eight raids."""


def seconds(command: Sequence[str | Path]) -> tuple[float, float]:
    """What a command of mcdefense takes: by the clock, and of the cores."""
    before, since = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mcdefense", *command, "--quiet", "--force"], cwd=HERE, check=True
    )
    by_clock, after = time.perf_counter() - since, resource.getrusage(resource.RUSAGE_CHILDREN)
    return by_clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Measure and print; with `--json` also keep."""
    sys.path.insert(0, str(Path(__file__).parent))
    from machine import about

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, metavar="N", help="worlds of a point; the file's")
    parser.add_argument("--over", action="append", metavar="PATH=VALUES", help="other axes")
    parser.add_argument("--turns", type=int, default=3, metavar="N", help="turns; 3")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args()
    size = [] if options.worlds is None else ["--worlds", str(options.worlds)]
    axes = [part for axis in options.over or AXES for part in ("--over", axis)]
    report: dict[str, Any] = {**about(), "axes": axes[1::2], "turns": []}
    with tempfile.TemporaryDirectory() as folder:
        run: list[str | Path] = ["run", SCENARIO, "-o", Path(folder) / "run.h5", *size]
        sweep: list[str | Path] = ["sweep", SCENARIO, *axes, "-o", Path(folder) / "study.h5", *size]
        for turn in range(options.turns + 1):  # the first one fills what is kept
            one, study = seconds(run), seconds(sweep)
            if turn:
                ratios = {
                    name: study[place] / one[place]
                    for place, name in enumerate(("by_clock", "of_cores"))
                }
                load = os.getloadavg()[0]
                report["turns"].append({"run": one, "study": study, "ratio": ratios, "load": load})
                print(
                    f"run {one[0]:.1f} s, the study {study[0]:.1f} s: "
                    f"{ratios['by_clock']:.1f} by the clock, {ratios['of_cores']:.1f} of cores; "
                    f"load {load:.1f}",
                    flush=True,
                )
    for name in ("by_clock", "of_cores"):
        report[name] = statistics.median(turn["ratio"][name] for turn in report["turns"])
    print(f"median: {report['by_clock']:.1f} by the clock, {report['of_cores']:.1f} of cores")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
