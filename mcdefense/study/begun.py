"""What is there of a study: what its points may go on from, and what may not be replaced."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.run import RunOptions, Size, part_file
from mcdefense.statistics import Result, Study
from mcdefense.store import check_writable, read_any
from mcdefense.study.plan import Planned


def check_output(path: Path, options: RunOptions) -> None:
    """Raises InputError for a file that is there and may be neither resumed nor replaced, and for
    one that cannot be written."""
    check_writable(path)
    if not options.resume and not options.force:
        _refuse_existing(path)


def refuse_options(options: RunOptions) -> None:
    """Raises InputError for options of a run that a study does not take."""
    faults = [
        Fault(name, "", "is not taken by a study, which runs all its points here", option=True)
        for name in ("precision",)
        if getattr(options, name) is not None
    ]
    if faults:
        raise InputError(faults)


def refuse_shard(options: RunOptions) -> None:
    """Raises InputError for a shard of a study whose answer, or next points, need all points."""
    if options.shard is not None:
        message = "is not taken by a study that is judged by all its points together; a sweep is"
        raise InputError([Fault("shard", "", f"{message} run in shards", option=True)])


def _refuse_existing(path: Path) -> None:
    saved = part_file(path)
    if saved.exists():
        message = "an unfinished study is saved here; go on with `resume`, or begin anew"
        raise InputError([Fault(str(saved), "", f"{message} with `force`")])
    if path.is_file():
        message = "is there already; `resume` goes on from it if it is of this study, `force`"
        raise InputError([Fault(str(path), "", f"{message} replaces it, or name another")])


def begun_points(
    path: Path, plan: Planned, size: Size, asked: Collection[int], *, force: bool
) -> dict[int, Result]:
    """What is there of this study's points, by their place in it, in the file and in what was saved
    beside it since; `asked` are the places that are asked for.

    Raises InputError, unless `force` lets it be replaced, for a file of another study or with a
    point that is not asked for.
    """
    points: dict[int, Result] = {}
    for file in (path, part_file(path)):
        if not file.exists():
            continue
        try:
            found = read_any(file)
        except McdefenseError:
            if force:
                continue
            raise
        what = "no study"
        if isinstance(found, Study):
            what = "of another study, or another size of it"
            known, complete = matched(found, plan, size)
            others = [place for place in known if place not in asked]
            if complete and others:
                what = f"of another shard, with {found.label(others[0])}"
            elif complete:
                points = fuller(points, known)
                continue
        if not force:
            message = f"is {what}, cannot go on; `force` replaces it"
            raise InputError([Fault(str(file), "", message)])
    return points


def fuller(one: Mapping[int, Result], other: Mapping[int, Result]) -> dict[int, Result]:
    """The points of both, each as often counted as either has it."""
    points = dict(one)
    for number, point in other.items():
        if number not in points or points[number].tally.trials < point.tally.trials:
            points[number] = point
    return points


def matched(found: Study, plan: Planned, size: Size) -> tuple[dict[int, Result], bool]:
    """The points of a study by their place in the plan, by the scenarios that they are of, and
    whether all that have trials have a place there; none of a study that numbers objects in another
    way, or has another size."""
    if found.provenance.get("study_sha256") != plan.digest(size):
        return {}, False
    places: dict[str, list[int]] = {}
    for number, scenario in enumerate(plan.scenarios):
        places.setdefault(scenario.sha256, []).append(number)
    points: dict[int, Result] = {}
    complete = True
    for point in found.points:
        equal = places.get(str(point.provenance["scenario_sha256"]), [])
        # Cases may say the same: the first of them, counted or not, has the first place of them.
        place = equal.pop(0) if len(equal) > 1 else next(iter(equal), None)
        if not point.tally.trials:
            continue
        if place is None:
            complete = False
        elif place not in points or points[place].tally.trials < point.tally.trials:
            points[place] = point
    return points, complete
