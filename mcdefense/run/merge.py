"""Files of shards as one file: the same, bit for bit, as of one run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.run.identity import Identity
from mcdefense.run.output import refuse_inputs, refuse_other_run, result_at
from mcdefense.run.part import Gathering, named
from mcdefense.run.provenance import combined, merged
from mcdefense.run.simulation import part_of, warnings_of
from mcdefense.scenario import MAX_WORLDS
from mcdefense.statistics import Result, by_name, estimates_anew
from mcdefense.store import check_writable, read, write

_NOBODY = -1
_SUMMARY_EVERY = 64
"""Files whose provenance is kept before it is put together."""


def merge_files(paths: Sequence[Path], *, allow_gaps: bool = False) -> Result:
    """The result of all worlds in the files: exact, in any order and grouping.

    Of each file the counts are read once and added, so that memory is that of the result. Raises
    InputError with a line for each file at fault (no results file, of another run or version,
    damaged, with a world unfinished or in an earlier file too), and with one for missing worlds
    unless `allow_gaps`.
    """
    merging: _Merging | None = None
    faults: list[Fault] = []
    for path in paths:
        try:
            result = read(path, estimates=False)
        except McdefenseError as error:
            faults.append(Fault("", "", str(error)))
            continue
        if merging is None:
            merging = _Merging(path, result)
        message = merging.add(path, result)
        if message:
            faults.append(Fault(str(path), "", message))
    if merging is None:
        raise InputError(faults or [Fault("merge", "", "got no file, expected one or more")])
    missing = merging.missing
    if missing.size and not faults and not allow_gaps:
        message = f"missing {named(missing)} of {merging.asked:,}; `allow_gaps` merges the others"
        faults.append(Fault("merge", "", message))
    if faults:
        raise InputError(faults)
    return merging.result()


def merge_to_file(
    paths: Sequence[Path], output: Path, *, allow_gaps: bool = False, force: bool = False
) -> Result:
    """The same, written to `output`.

    A file that is there is replaced if it is of the same run and has no other worlds, or with
    `force`. Raises InputError for another file, and if `output` is one of the files to merge.
    """
    refuse_inputs([output], [("a file to merge", path) for path in paths])
    there = None if force else result_at(output)
    check_writable(output)
    result = merge_files(paths, allow_gaps=allow_gaps)
    refuse_other_run(output, there, Identity.of_file(result), result.tally.axes.world)
    write(result, output)
    return result


class _Merging:
    """Sums of the files so far; the first one says what run it is."""

    def __init__(self, path: Path, first: Result) -> None:
        self._first, self._first_path = first, path
        self._identity = Identity.of_file(first)
        self._files: list[Path] = []
        self._summaries: list[dict[str, str | int | float]] = []
        self._owner = np.zeros(0, np.int64)
        self._notes: set[str] = set()
        """Warnings of the files that their counts do not show, such as a precision that a run did
        not reach."""
        self._gathering = Gathering(first.tally.axes)
        self.asked = 0

    def add(self, path: Path, result: Result) -> str:
        """Add a file; returns what is wrong with it, or nothing."""
        differences = Identity.of_file(result).differences(self._identity)
        if differences:
            return f"is of another run than {self._first_path}: {'; '.join(differences)}"
        costs = by_name(result.provenance, "interceptor_costs")
        unpriced = set(result.tally.axes.interceptor) - set(costs)
        if unpriced:
            return f"not a consistent result: no cost of {min(unpriced)!r}"
        worlds, trials = result.tally.axes.world, result.tally["trials"]
        unfinished = worlds[trials != self._identity.trials]
        if unfinished.size:
            return f"is not finished: {named(unfinished)} of it; go on with `resume`"
        if not worlds.size or worlds[0] < 0:
            return "not a consistent result: no worlds"
        asked = max(int(result.provenance.get("worlds", 0)), int(worlds[-1]) + 1)
        if asked > MAX_WORLDS:
            return f"not a consistent result: {asked:,} worlds"
        self._make_space(asked)
        twice = worlds[self._owner[worlds] != _NOBODY]
        if twice.size:
            other = self._files[self._owner[twice[0]]]
            return f"has {named(twice)}, which {other} has too"
        part = part_of(result)
        try:
            self._gathering.add(part)
        except ValueError as error:
            return f"not a consistent result: {error}"
        self._owner[worlds] = len(self._files)
        self._files.append(path)
        told = json.loads(str(result.provenance.get("warnings", "[]")))
        self._notes |= {*told} - {*warnings_of(part)}
        self._summaries.append(result.provenance)
        if len(self._summaries) > _SUMMARY_EVERY:
            self._summaries = [self._summary()]
        return ""

    def _make_space(self, asked: int) -> None:
        if asked <= self.asked:
            return
        wider = Gathering(self._first.tally.axes.with_worlds(np.arange(asked)))
        if self._files:
            wider.add(self._gathering.part())
        owner = np.full(asked, _NOBODY, np.int64)
        owner[: self._owner.size] = self._owner
        self._gathering, self._owner, self.asked = wider, owner, asked

    @property
    def missing(self) -> NDArray[np.int64]:
        """Worlds asked for that no file has."""
        return np.flatnonzero(self._owner == _NOBODY)

    def _summary(self) -> dict[str, str | int | float]:
        return {**self._first.provenance, **combined(self._summaries)}

    def result(self) -> Result:
        """All that was added."""
        part = self._gathering.part()
        known = self._summary()
        return Result(
            tally=part.tally,
            estimates=estimates_anew(part.tally, part.plan, known),
            parameters=part.parameters,
            plan=part.plan,
            night=part.night,
            schedule_hash=part.schedule_hash,
            check_hash=part.check_hash,
            provenance={
                **known,
                **merged([known], len(self._files)),
                "worlds": self.asked,
                "pairings": part.pairings,
                "warnings": json.dumps([*warnings_of(part), *sorted(self._notes)]),
            },
            scenario_text=self._first.scenario_text,
        )
