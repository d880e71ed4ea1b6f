"""Faults in numbers: kills, damage and a machine's faults, kept in docs/reliability.md.

    python -m tests.system.faults.reliability --kills 50 --flips 200

Takes some minutes and, for small file systems, root. Without options of work it only writes the
page anew from docs/reliability.json.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.support.fuzzing import fuzzed
from tests.support.many_shards import write_shards
from tests.system.faults.batch_run import Run
from tests.system.faults.damage import cut_short, flipped
from tests.system.faults.faults import FAULTS, Unavailable
from tests.system.faults.kills import killed
from tests.system.fuzz.environments import environments_tried
from tests.system.fuzz.tables import dialects_tried, spoilt_tried

ROOT = Path(__file__).parents[3]
RECORD = ROOT / "docs" / "reliability.json"
PAGE = ROOT / "docs" / "reliability.md"


def main() -> None:
    """What was asked for is done anew; the rest of the record stays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=0, help="SIGKILLs at random moments")
    parser.add_argument("--flips", type=int, default=0, help="files with one bit changed")
    parser.add_argument("--cuts", type=int, default=0, help="files cut short")
    parser.add_argument("--faults", action="store_true", help="faults of the machine")
    parser.add_argument("--fuzz-minutes", type=float, default=0, help="bad input for so long")
    parser.add_argument(
        "--environment-minutes", type=float, default=0, help="environments at random for so long"
    )
    parser.add_argument("--table-minutes", type=float, default=0, help="tables at random so long")
    parser.add_argument("--shards", type=int, default=0, help="files to merge, timed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    with tempfile.TemporaryDirectory(prefix="mcdefense-faults-") as name:
        folder = Path(name)
        if options.kills:
            (folder / "kills").mkdir()
            killing = killed(folder / "kills", options.kills, options.seed)
            record["kills"] = {**asdict(killing), **_when(options.seed)}
        for what, count, harm in (
            ("flips", options.flips, flipped),
            ("cuts", options.cuts, cut_short),
        ):
            if count:
                (folder / what).mkdir()
                run = Run(folder / what)
                code, said = run.finish()
                assert code == 0, said
                damage = harm(run.output, count, options.seed)
                record[what] = {**asdict(damage), **_when(options.seed)}
        if options.shards:
            (folder / "shards").mkdir()
            merging = _merged(folder / "shards", options.shards)
            record["merge"] = {**merging, **_when(options.seed)}
        if options.faults:
            record["faults"] = {"outcomes": _faults(folder), **_when(options.seed)}
    if options.fuzz_minutes:
        found = fuzzed(options.fuzz_minutes, options.seed)
        record["fuzz"] = {
            "minutes": options.fuzz_minutes,
            "inputs": found,
            **_when(options.seed),
        }
    if options.environment_minutes:
        record["environments"] = {
            "minutes": options.environment_minutes,
            "cases": environments_tried(options.environment_minutes, 10_000 * options.seed),
            **_when(options.seed),
        }
    if options.table_minutes:
        record["tables"] = {
            "minutes": options.table_minutes,
            "inputs": _tables(options.table_minutes, options.seed),
            **_when(options.seed),
        }
    text = json.dumps(record, indent=1) + "\n"
    RECORD.write_text(text, encoding="utf-8")
    PAGE.write_text(page(record), encoding="utf-8")


def _tables(minutes: float, seed: int) -> dict[str, dict[str, int]]:
    """What became of tables in random dialects, and of spoilt ones; half of the time for each."""
    with tempfile.TemporaryDirectory(prefix="mcdefense-tables-") as name:
        return {
            "in a random dialect": dict(dialects_tried(Path(name), seed, 30 * minutes)),
            "with bytes changed": dict(spoilt_tried(Path(name), seed, 30 * minutes)),
        }


def _merged(folder: Path, count: int) -> dict[str, float]:
    """`mcdefense merge` of so many files: seconds, start of Python included, and peak memory."""
    paths = write_shards(folder, count)
    command = ["-m", "mcdefense.cli", "merge", *map(str, paths), "-o", str(folder / "all.h5")]
    begin = time.perf_counter()
    pid = os.posix_spawn(sys.executable, [sys.executable, *command], os.environ)
    _, status, usage = os.wait4(pid, 0)
    assert status == 0
    return {
        "shards": count,
        "seconds": round(time.perf_counter() - begin, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }


def _faults(folder: Path) -> dict[str, str]:
    outcomes = {}
    for fault in FAULTS:
        (folder / fault.__name__).mkdir()
        try:
            outcomes[fault.__name__] = fault(folder / fault.__name__)
        except Unavailable as reason:
            outcomes[fault.__name__] = f"not tried: {reason}"
    return outcomes


def _when(seed: int) -> dict[str, Any]:
    now = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {"seed": seed, "date": now, "cores": os.cpu_count(), "machine": platform.machine()}


_HEAD = """\
# Reliability

What was done to runs and files, and what came of it. This page is made from
`docs/reliability.json` by the harness in `tests/system/faults`, which does it for real: processes
are killed, small file systems filled, files damaged. CI does each once or some times; this page
is of

```sh not-run=minutes
python -m tests.system.faults.reliability --kills 50 --flips 200 --cuts 50 --faults \\
    --fuzz-minutes 10 --environment-minutes 10 \\
    --table-minutes 10 --shards 1000
```
"""


def page(record: dict[str, Any]) -> str:
    """The page in Markdown, from the record alone."""
    parts = [_HEAD]
    if "kills" in record:
        k = record["kills"]
        parts += [
            "## SIGKILL at random moments\n",
            f"A run that saves after every block is killed, resumed and killed again until it is "
            f"done, {k['kills']} times in all ({_dated(k)}). Half-written temporary files were "
            f"left {k['while_saving']} times, {k['with_something_saved']} times there was a file "
            f"to read.\n",
            f"Unreadable files: **{k['unreadable']}**. Runs finished: {k['runs_finished']}; with a "
            f"result other than that of an undisturbed run: **{k['wrong']}**.\n",
        ]
    rows: list[tuple[str, ...]] = [
        ("damage", "files", "refused in one line", "harmless", "read otherwise", "crashes")
    ]
    for what, words in (("flips", "one bit changed"), ("cuts", "cut short")):
        if what in record:
            d = record[what]
            worse = d["accepted"] + d["unclear"] + d["traceback"]
            numbers = (d["files"], d["refused"], d["harmless"], worse, d["crashed"])
            rows.append((f"{words} ({_dated(d)})", *map(str, numbers)))
    if len(rows) > 1:
        parts += [
            "## Damaged files\n",
            "Harmless: the result that is read is the one that was written, bit for bit.\n",
            *("| " + " | ".join(row) + " |" for row in (rows[0], ("---",) * 6, *rows[1:])),
            "",
        ]
    if "fuzz" in record:
        f = record["fuzz"]
        counts = [
            f"| {what} | {sum(c.values()):,} | {c.get('refused', 0):,} | {c.get('accepted', 0):,} |"
            for what, c in f["inputs"].items()
        ]
        parts += [
            f"## Bad input ({_dated(f)})\n",
            f"Inputs spoilt by hypothesis for {f['minutes']:g} minutes "
            "(`--fuzz-minutes`), each given to `check`, `show`, `merge` or `run --resume`. None "
            "made a traceback, a line of control characters, an output of another form or 20 s of "
            "work, took 1 GiB, or had a file opened outside its folder; the first that did would "
            "have ended it.\n",
            "| input | cases | refused in plain lines | accepted |",
            "| --- | --- | --- | --- |",
            *counts,
            "",
        ]
    if "tables" in record:
        f = record["tables"]
        parts += [
            f"## Tables ({_dated(f)})\n",
            f"Opportunity tables drawn at random for {f['minutes']:g} minutes (`--table-minutes`), "
            "written with separators, decimal marks and encodings drawn at random. An accepted "
            "table was equal to the one drawn; a refused one had a number that may be meant in two "
            "ways. Of those with bytes changed, an accepted one had every number in its bounds. "
            "Any other outcome would have ended it.\n",
            "| table | cases | refused in plain lines | accepted |",
            "| --- | --- | --- | --- |",
            *(
                f"| {what} | {sum(c.values()):,} | {c['refused']:,} | {c['accepted']:,} |"
                for what, c in f["inputs"].items()
            ),
            "",
        ]
    if "environments" in record:
        e = record["environments"]
        fine, refused = (e["cases"].get(kind, 0) for kind in ("accepted", "refused"))
        parts += [
            f"## Environments ({_dated(e)})\n",
            f"A small run in {fine + refused:,} environments drawn at random, for "
            f"{e['minutes']:g} minutes (`--environment-minutes`): settings of JAX, XLA, Python, "
            "Slurm and HDF5, encodings, folders that are not there, standard streams closed or "
            f"full. {fine:,} runs had the usual counts. The other {refused:,} had a setting under "
            "which nothing can be computed, and were refused in one line with exit code 2. Any "
            "other outcome would have ended it.\n",
        ]
    if "merge" in record:
        m = record["merge"]
        parts += [
            f"## Many shards ({_dated(m)})\n",
            f"`mcdefense merge` of {m['shards']:,} files (`--shards`): {m['seconds']:g} s, "
            f"{m['peak_mb']:,} MB at most.\n",
        ]
    if "faults" in record:
        parts += [
            f"## Faults of the machine ({_dated(record['faults'])})\n",
            "| fault | what came of it |",
            "| --- | --- |",
            *(
                f"| {name.replace('_', ' ')} | {outcome} |"
                for name, outcome in record["faults"]["outcomes"].items()
            ),
            "",
        ]
    parts += [
        "A clock that jumps back, a file system without locks and a device that runs out of memory "
        "are made in tests (`tests/run`) by standing in for the system's answer.\n"
    ]
    return "\n".join(parts)


def _dated(entry: dict[str, Any]) -> str:
    return f"{entry['date']}, seed {entry['seed']}, {entry['cores']} cores"


if __name__ == "__main__":
    main()
