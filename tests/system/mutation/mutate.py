"""Mutation testing of the engine and the schedule: are changes of the source noticed?

    python -m tests.system.mutation.mutate --sample 60 --seed 1 --record FILE

Draws lines of the rooms from mcdefense/contract to mcdefense/engine, makes one change on each in a
copy, and compares it with the reference engine (quick.py); survivors then face whole folders of
tests, until one fails. Every mutant is a process forked from this one, which has imported what
never changes; compiled programs are kept between mutants. Results are written as they come, and a
record that exists is gone on with: with folders named, its survivors are tried on those.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import astuple
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.system.mutation.mutants import Mutant, drawn, mutants
from tests.system.mutation.quick import Question, differing, forget, prepend, questions, room_of

ROOT = Path(__file__).parents[3]
ROOMS = ("engine", "rules", "contract", "world", "encounter", "firecontrol", "chance", "schedule")
LEFT_OUT = {"__init__.py", "devices.py", "cores.py"}
"""How the machine's cores and memory are used: no change there changes a result."""


def files() -> list[str]:
    """The source that is changed, below the repository's root."""
    return [
        file.relative_to(ROOT).as_posix()
        for room in ROOMS
        for file in sorted((ROOT / "mcdefense" / room).glob("*.py"))
        if file.name not in LEFT_OUT
    ]


def judged(work: Callable[[], str], cpu_s: int) -> tuple[str, str, float]:
    """Verdict, what failed, seconds; `work` says what failed, or nothing."""
    began = time.monotonic()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(work, there, cpu_s))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of forking with jax imported: no program ran here
        child.start()
    there.close()
    answered = here.poll(20 * cpu_s)
    try:
        failed = here.recv() if answered else ""
    except EOFError:
        child.join()
        answered = child.exitcode not in (-signal.SIGXCPU, -signal.SIGKILL)
        failed = "the process ended"
    child.kill()
    child.join()
    verdict = "timeout" if not answered else "killed" if failed else "survived"
    return verdict, failed, time.monotonic() - began


def _answer(work: Callable[[], str], there: Connection, cpu_s: int) -> None:
    # Of its own time, so that a busy machine lets no mutant seem slow.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    try:
        there.send(work())
    except BaseException as error:  # whatever a mutant raises: a crash is noticed
        there.send(f"{type(error).__name__}: {str(error)[:80]}")


def _pytest(copy: Path, tests: list[str], log: Path) -> str:
    with log.open("wb") as handle:
        os.dup2(handle.fileno(), 1)
        os.dup2(handle.fileno(), 2)
    os.chdir(copy)
    forget()
    import pytest

    code = pytest.main(["-x", "-q", "-n0", "--tb=line", "-p", "no:cacheprovider", *tests])
    sys.stdout.flush()
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", log.read_text(errors="replace"), re.MULTILINE)
    return "" if code == 0 else found.group(1) if found else f"pytest ended with {code}"


def _compared(asked: list[Question], room: tuple[int, ...]) -> str:
    forget()
    return next(differing(asked, room), "")


def _copied(folder: Path) -> Path:
    copy = folder / "copy"
    ignore = shutil.ignore_patterns("__pycache__", ".*", "*.h5")
    for name in ("mcdefense", "tests", "configs", "docs"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignore)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def main() -> None:
    """Draw, judge and print; the record is one line a mutant."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="compiled programs, kept between runs")
    parser.add_argument("--timeout", type=int, default=120, metavar="CPU_SECONDS")
    parser.add_argument("--only", help="mutants of the sample whose file:line has this")
    parser.add_argument("--list", action="store_true", help="print the sample, run nothing")
    parser.add_argument("tests", nargs="*", help="folders that survivors are tried on")
    args = parser.parse_args()
    sample = drawn(mutants(ROOT, files()), args.sample, args.seed)
    if args.only:
        sample = [mutant for mutant in sample if args.only in f"{mutant.file}:{mutant.line}"]
    if args.list:
        for mutant in sample:
            print(f"{mutant.file}:{mutant.line} {mutant.change(ROOT)}")
        return
    with tempfile.TemporaryDirectory() as folder:
        cache = args.cache or Path(folder) / "compiled"
        # Before jax is imported, so mcdefense is not imported on top. Unoptimised programs
        # compile sooner and count the same.
        os.environ["JAX_COMPILATION_CACHE_DIR"] = str(cache.absolute())
        os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
        os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"
        run(sample, args, Path(folder))


def run(sample: list[Mutant], args: argparse.Namespace, folder: Path) -> None:
    """Judge what the record does not hold yet."""
    copy = _copied(folder)
    prepend(copy)
    known: dict[str, dict[str, Any]] = {}
    with contextlib.suppress(FileNotFoundError):
        known = {m["at"] + m["change"]: m for m in json.loads(args.record.read_text())}
    if args.tests:
        work = partial(_pytest, copy, args.tests, folder / "log")
    else:
        asked = questions()
        room = astuple(room_of(asked))
        work = partial(_compared, asked, room)
    if args.tests or not known:
        verdict, failed, seconds = judged(work, 10 * args.timeout)
        print(f"unchanged: {verdict} {failed} {seconds:.0f} s", flush=True)
        if verdict != "survived":
            sys.exit("the tests fail without any change")
    for mutant in sample:
        at, change = f"{mutant.file}:{mutant.line}", mutant.change(ROOT)
        if (at + change in known) != bool(args.tests):
            continue
        if args.tests and known[at + change]["verdict"] != "survived":
            continue
        file = copy / mutant.file
        file.write_text(mutant.source(ROOT), encoding="utf-8")
        verdict, failed, seconds = judged(work, args.timeout)
        shutil.copy(ROOT / mutant.file, file)
        known[at + change] = {"at": at, "change": change, "verdict": verdict, "by": failed}
        args.record.write_text(json.dumps(list(known.values()), indent=1) + "\n")
        print(f"{verdict:9}{seconds:4.0f} s  {at}  {change}  {failed}", flush=True)
    killed = sum(m["verdict"] != "survived" for m in known.values())
    print(f"{killed} of {len(known)} killed")


if __name__ == "__main__":
    main()
