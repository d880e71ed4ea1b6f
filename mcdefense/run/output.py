"""What a command may write over: nothing that it reads, and of what is there only its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.run.identity import Identity
from mcdefense.run.size import Shard
from mcdefense.scenario import Scenario
from mcdefense.statistics import Result
from mcdefense.store import StoreError, is_study, lock_file, read

Inputs = Sequence[tuple[str, Path]]
"""What each file that a command reads is to it, and the file."""
_STREAMS = ((1, "standard output"), (2, "standard error"))
_MOST_TITLE = 60


def part_file(path: Path) -> Path:
    """Where a run that writes `path` saves what it has so far."""
    return path.with_name(path.name + ".part")


def files_of_run(path: Path) -> tuple[Path, ...]:
    """Every file that a run to `path` writes, replaces or removes."""
    return path, part_file(path), lock_file(path)


def inputs_of(path: Path, scenario: Scenario) -> Inputs:
    """The scenario's file at `path` and the files of its tables."""
    tables = {name: getattr(scenario, name) for name in ("history", "opportunities", "tracks")}
    files = {name: table.file for name, table in tables.items() if table is not None}
    named = [(f"the [{name}] table", path.parent / file) for name, file in files.items() if file]
    return [("the scenario", path), *named]


def refuse_inputs(outputs: Iterable[Path], inputs: Inputs) -> None:
    """Raises InputError for an output that is one of the inputs, or where a stream is written.

    Files are compared, not names: links, `..` and upper case lead to the same file.
    """
    faults = []
    for output in outputs:
        what = [f"{name}, which is read" for name, path in inputs if _same(output, path)]
        what += [f"where {name} goes" for number, name in _STREAMS if _is_stream(output, number)]
        if what:
            faults.append(Fault(str(output), "", f"is {what[0]}; name another output"))
    if faults:
        raise InputError(faults)


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):  # one is not there
        return os.path.realpath(one) == os.path.realpath(other)


def _is_stream(path: Path, number: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(number))
    except (OSError, ValueError):  # the file is not there, or the stream is closed
        return False


def refuse_existing(path: Path, *, resumable: bool = False) -> None:
    """Raises InputError, which says what it is, if a file is there.

    What is no regular file is refused elsewhere, by store.check_writable.
    """
    if not path.is_file():
        return
    resume = "`resume` goes on from it if it is of this run, " if resumable else ""
    message = f"is there already, {kind_of(path)}; {resume}`force` replaces it, or name another"
    raise InputError([Fault(str(path), "", message)])


def result_at(path: Path) -> Result | None:
    """The result that is there, without its estimates, or None; InputError for another file."""
    if not path.is_file():
        return None
    try:
        return read(path, estimates=False)
    except McdefenseError:
        refuse_existing(path)
        raise


def refuse_other_run(
    path: Path, there: Result | None, identity: Identity, worlds: NDArray[np.int64]
) -> None:
    """Raises InputError if what is there is of another run, or has other worlds than these."""
    if there is None:
        return
    differences = Identity.of_file(there).differences(identity)
    more = np.setdiff1d(there.tally.axes.world, worlds)
    if not differences and more.size:
        differences = [f"it has world {more[0]}"]
    if differences:
        what = f"is there already, {kind_of(path)}, of another run ({'; '.join(differences)})"
        raise InputError([Fault(str(path), "", f"{what}; `force` replaces it, or name another")])


def kind_of(path: Path) -> str:
    """What a file is, in words: a finished or an unfinished result of which scenario, a study, or
    neither."""
    try:
        if path.is_file() and not path.stat().st_size:
            return "an empty file"
        if is_study(path):
            return "a study"
        result = read(path, estimates=False)
    except StoreError:
        return "a result that cannot be read"
    except (McdefenseError, OSError):
        return "no result of mcdefense"
    known, worlds = result.provenance, result.tally.axes.world.size
    trials = int(known.get("trials_per_world", 0))
    asked = _worlds_asked(result)
    finished = worlds == asked and bool(np.all(result.tally["trials"] == trials))
    title = str(known["title"])
    title = title if len(title) <= _MOST_TITLE else title[:_MOST_TITLE] + "..."
    size = f"{worlds:,} worlds" if finished else f"{worlds:,} of {asked:,} worlds"
    return (
        f"{'a finished' if finished else 'an unfinished'} result of '{title}', {size} x "
        f"{trials:,} trials"
    )


def _worlds_asked(result: Result) -> int:
    worlds = int(result.provenance.get("worlds", result.tally.axes.world.size))
    shard = str(result.provenance.get("shard", ""))
    try:
        return Shard.parse(shard).worlds(worlds).size if shard else worlds
    except InputError:
        return worlds
