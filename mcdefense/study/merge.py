"""Files of the shards of a study as one file: the same, bit for bit, as of a study in one go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.run import Identity, Size, merged, refuse_existing, refuse_inputs
from mcdefense.scenario import short
from mcdefense.statistics import Result, Study, aligned, with_estimates
from mcdefense.store import check_writable, read_study, write_study
from mcdefense.study.begun import matched
from mcdefense.study.plan import Planned

_MOST_NAMED = 4
_SIZE = (("worlds", "worlds"), ("trials_per_world", "trials per world"), ("seed", "seed"))


def merge_studies(paths: Sequence[Path], *, allow_gaps: bool = False) -> Study:
    """The study of all points in the files: exact, in any order and grouping.

    Raises InputError with a line for each file at fault (no study, another study, damaged, with a
    point that is begun only or that an earlier file has too), and with one for points that no file
    has unless `allow_gaps`.
    """
    merging: _Merging | None = None
    faults: list[Fault] = []
    for path in paths:
        try:
            study = read_study(path)
        except McdefenseError as error:
            faults.append(Fault("", "", str(error)))
            continue
        if merging is None:
            merging = _Merging(path, study)
        message = merging.add(path, study)
        if message:
            faults.append(Fault(str(path), "", message))
    if merging is None:
        raise InputError(faults or [Fault("merge", "", "got no file, expected one or more")])
    missing = merging.missing
    if missing and not faults and not allow_gaps:
        what = f"missing {_named(merging.first, missing)} of {len(merging.first.points):,}"
        faults.append(Fault("merge", "", f"{what}; `allow_gaps` merges the others"))
    if faults:
        raise InputError(faults)
    return merging.study()


def merge_studies_to_file(
    paths: Sequence[Path], output: Path, *, allow_gaps: bool = False, force: bool = False
) -> Study:
    """The same, written to `output`.

    A file that is there is replaced if it is of the same study and has no other points, or with
    `force`. Raises InputError for another file, and if `output` is one of the files to merge.
    """
    refuse_inputs([output], [("a file to merge", path) for path in paths])
    there = None if force else _study_at(output)
    check_writable(output)
    study = merge_studies(paths, allow_gaps=allow_gaps)
    if there is not None:
        _refuse_other_study(output, there, study)
    write_study(study, output)
    return study


def refuse_other_plan(output: Path, plan: Planned, size: Size) -> None:
    """Raises InputError if a file that is there is none which the merge of this study's shards
    would replace: it is of another study, or of none."""
    there = _study_at(output)
    if there is None:
        return
    _, complete = matched(there, plan, size)
    if not complete or (there.axes, there.base) != (plan.axes, plan.base):
        what = "is there already, of another study, or of another size of it"
        message = f"{what}; `force` replaces it, or name another"
        raise InputError([Fault(str(output), "", message)])


def _study_at(output: Path) -> Study | None:
    """The study that is there, or None; InputError for another file."""
    if not output.is_file():
        return None
    try:
        return read_study(output)
    except McdefenseError:
        refuse_existing(output)
        raise


def _refuse_other_study(output: Path, there: Study, study: Study) -> None:
    differences = _differences(there, study)
    if not differences:
        counted = zip(there.points, study.points, strict=True)
        more = [n for n, (old, new) in enumerate(counted) if old.tally.trials > new.tally.trials]
        differences = [f"it has {_named(there, more)}"] if more else []
    if differences:
        what = f"is there already, of another study ({'; '.join(differences)})"
        message = f"{what}; `force` replaces it, or name another"
        raise InputError([Fault(str(output), "", message)])


def _differences(study: Study, other: Study) -> list[str]:
    """What the one is and the other is not, a phrase each; empty if they are of one study."""
    ours, theirs = ([axis.path or axis.name for axis in one.axes] for one in (study, other))
    if ours != theirs:
        return [f"axes {', '.join(ours)}, not {', '.join(theirs)}"]
    for axis, its in zip(study.axes, other.axes, strict=True):
        if axis != its:
            values = short(list(axis.values)), short(list(its.values))
            return [f"{axis.path or axis.name} = {values[0]}, not {values[1]}"]
    one, two = study.provenance, other.provenance
    size = [f"{say} {one[n]}, not {two[n]}" for n, say in _SIZE if one[n] != two[n]]
    if size:
        return size
    for place, (point, wanted) in enumerate(zip(study.points, other.points, strict=True)):
        found = Identity.of_file(point).differences(Identity.of_file(wanted))
        if found:
            return [f"at {study.label(place)}: {'; '.join(found)}"]
    if (study.base, one.get("study_sha256")) != (other.base, two.get("study_sha256")):
        return ["another base, or another raid by which objects are numbered"]
    return []


def _named(study: Study, places: Sequence[int]) -> str:
    """Points as words: the first ones, and how many there are."""
    first = "; ".join(study.label(place) for place in places[:_MOST_NAMED])
    more = f"; and {len(places) - _MOST_NAMED:,} more" if len(places) > _MOST_NAMED else ""
    return f"{len(places):,} point{'s' * (len(places) != 1)} ({first}{more})"


class _Merging:
    """Points of the files so far; the first one says what study it is."""

    def __init__(self, path: Path, first: Study) -> None:
        self.first, self._first_path = first, path
        self._points: dict[int, Result] = {}
        self._owners: dict[int, Path] = {}
        self._summaries: list[dict[str, str | int | float]] = []

    def add(self, path: Path, study: Study) -> str:
        """Add a file; returns what is wrong with it, or nothing."""
        differences = _differences(study, self.first)
        if differences:
            return f"is of another study than {self._first_path}: {'; '.join(differences)}"
        counted = {n: point for n, point in enumerate(study.points) if point.tally.trials}
        begun = sorted(counted.keys() & set(study.unfinished))
        if begun:
            return f"is not finished: {_named(study, begun)} of it; go on with `resume`"
        twice = [place for place in counted if place in self._points]
        if twice:
            return f"has {_named(study, twice)}, which {self._owners[twice[0]]} has too"
        self._points |= counted
        self._owners |= dict.fromkeys(counted, path)
        self._summaries.append(study.provenance)
        return ""

    @property
    def missing(self) -> list[int]:
        """Points that no file has."""
        return [place for place in range(len(self.first.points)) if place not in self._points]

    def study(self) -> Study:
        """All that was added."""
        points = [self._points.get(n, empty) for n, empty in enumerate(self.first.points)]
        known = {**self.first.provenance, **merged(self._summaries, len(self._summaries))}
        return with_estimates(Study(self.first.axes, aligned(points), self.first.base, {}, known))
