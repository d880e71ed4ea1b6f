"""Reruns the validation, prints how much of it holds, and writes docs/validation.md.

python tests/validate.py                  all of it
python tests/validate.py --quick          without what takes minutes
python tests/validate.py --quick --check  the same; writes nothing, faults what differs
python tests/validate.py tests/system/exact     some tests; the page keeps its other rows
python tests/validate.py --page           the page alone, from what was measured before
python tests/validate.py --recorded FILE  nothing is run: of `python -m pytest --record FILE`
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[0] = str(ROOT)  # instead of this folder, whose `statistics` is not the library's

from tests.support import validation_store as store  # noqa: E402
from tests.support.validation_store import Test  # noqa: E402
from tests.system.validation import plausibility  # noqa: E402
from tests.system.validation.validation_page import Summary, page  # noqa: E402


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tests", nargs="*", help="tests or folders; all by default")
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    parser.add_argument("--check", action="store_true", help="write nothing, compare with the page")
    parser.add_argument("--page", action="store_true", help="run nothing, write the page anew")
    parser.add_argument("--recorded", metavar="FILE", help="run nothing, take what this file holds")
    parser.add_argument("--nights", action="store_true", help="the historical nights, and no test")
    parser.add_argument("-n", default="0", metavar="PROCESSES", help="processes of pytest")
    return parser.parse_args()


def run(options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """The claimed tests run; what each compared."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        chosen = "claim and not slow" if options.quick else "claim"
        command = [sys.executable, "-m", "pytest", "-m", chosen, "--record", str(record)]
        command += ["-n", options.n, "--dist", "loadfile", *options.tests]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"pytest could not run the tests: exit status {done.returncode}")
        reported: dict[str, dict[str, Any]] = json.loads(record.read_text(encoding="utf-8"))
    return reported


def report(reported: dict[str, dict[str, Any]], model: str) -> bool:
    """Print how much holds; whether everything does."""
    failed = [name for name, test in reported.items() if test["outcome"] != "passed"]
    print(f"\n{len(reported)} tests, {len(failed)} failed")
    print("\n".join(f"  {name}" for name in failed))
    print("\n".join(Summary.of([Test.of(t, model) for t in reported.values()]).lines()))
    return not failed


def outdated(reported: dict[str, dict[str, Any]]) -> list[str]:
    """Rows that are not those of the record, and tests that are in one of the two only."""
    faults = [
        f"{name}: {difference}"
        for name, test in reported.items()
        for difference in store.differences(name, test["comparisons"])
    ]
    known = set(store.read().tests)
    return faults + [f"{name}: not in the record" for name in reported if name not in known]


def main() -> int:
    """Run, print, write; 0 if all holds and, for --check, the page is current."""
    options, model = arguments(), store.model_identity()
    records = store.read()
    seeded = int(os.environ.get("MCDEFENSE_TEST_SEED", store.SEED)) != store.SEED
    holds = True
    if not (options.page or options.nights):
        recorded = options.recorded and Path(options.recorded).read_text(encoding="utf-8")
        reported = json.loads(recorded) if recorded else run(options)
        holds = report(reported, model)
        if options.check:
            faults = outdated(reported)
            print("\n".join(faults) or "The page is current.")
            return 0 if holds and not faults else 1
        if seeded:
            print("Another seed than the page's: nothing written.")
            return 0 if holds else 1
        slow = {name for name, test in records.tests.items() if test.slow}
        without_slow = options.quick or options.recorded
        kept = set(records.tests) if options.tests else slow if without_slow else set()
        records = records.renewed(reported, model, kept)
    partly = options.tests or options.quick or options.page or options.recorded
    if options.nights or not partly:
        nights = plausibility.measured(model, store.SEED)
        records = replace(records, model=model, plausibility=nights)
    store.write(records)
    store.PAGE.write_text(page(records), encoding="utf-8")
    print(f"written: {store.PAGE.relative_to(ROOT)}, {store.RECORD.relative_to(ROOT)}")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
