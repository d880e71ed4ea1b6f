"""How large a raid a defence withstands: a grid of sizes, refined where it matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from mcdefense.errors import McdefenseError
from mcdefense.run import DEFAULT, UNWATCHED, Monitor, RunOptions, Workers, part_file, workers_of
from mcdefense.scenario import Scenario, short
from mcdefense.statistics import (
    Criterion,
    Study,
    StudyAxis,
    Withstood,
    WithstoodAnswer,
    WithstoodMore,
    is_whole,
    withstood,
    withstood_more,
)
from mcdefense.store import read_any
from mcdefense.study.answered import answered
from mcdefense.study.begun import matched, refuse_shard
from mcdefense.study.grid import Overrides, Prepared, prepared
from mcdefense.study.plan import Planned
from mcdefense.study.values import fault, values_along

SIZES = "raid.scale=0.25:2:0.25"
"""The sizes where none are given: all waves at a fixed mix."""
MOST_REFINED = 12


@dataclass(frozen=True, eq=False)
class Withstanding:
    """What each architecture withstands by a criterion, how much more that is than what the
    baseline withstands, and the study that says so."""

    study: Study
    criterion: Criterion
    withstood: tuple[Withstood, ...]
    more: tuple[WithstoodMore, ...]


@dataclass(frozen=True, eq=False)
class SizeStudy:
    """A study of sizes that is ready to be run."""

    again: Callable[[Sequence[Any]], Prepared]
    """Prepares the study of such sizes, which goes on from the file."""
    first: Prepared
    asked: tuple[int | float, ...]
    """Sizes of the grid; `first` has those of a file that it goes on from besides."""
    criterion: Criterion
    refine: int

    def run(self, monitor: Monitor = UNWATCHED) -> Withstanding:
        """Run the grid, then halve so often the gaps in which some architecture ceases to pass."""
        with workers_of(self.first.options) as workers:
            return self._run(monitor, workers)

    def _run(self, monitor: Monitor, workers: Workers | None) -> Withstanding:
        ready, sizes = self.first, self.asked
        study = ready.run(monitor, workers=workers)
        for halved in range(self.refine):
            finer, why = self._finer(_only(study, sizes), ready.plan)
            if why:
                times = f"the gaps were halved {halved} of {self.refine} times"
                monitor.logger.info(f"refine: {times}, since {why}")
                break
            sizes = finer
            known = study.axes[0].values
            if not set(sizes) <= set(known):
                ready = self.again(_together(sizes, known))
                study = ready.run(monitor, begun=study, workers=workers)
        study = answered(study, ready.output, WithstoodAnswer(self.criterion))
        found = withstood(study, self.criterion), withstood_more(study, self.criterion)
        return Withstanding(study, self.criterion, *found)

    def _finer(self, study: Study, plan: Planned) -> tuple[tuple[int | float, ...], str]:
        """The sizes with the middles of the gaps that matter, or why there is nothing to halve."""
        axis = study.axes[0]
        sizes = [value for value in axis.values if not isinstance(value, str)]
        order = sorted(sizes)
        raids = dict(zip(plan.axes[0].values, plan.scenarios, strict=True))
        whole = is_whole(axis.path)
        wanted, gaps = set(), 0
        for one in withstood(study, self.criterion):
            # Where not even the smallest size surely passes, the truth may lie from there on.
            low = order[0] if one.low is None else one.low
            high = order[-1] if one.high is None else one.high + whole
            for before, after in pairwise(order):
                gaps += low <= before < high
                if low <= before < high and _differ(raids[before], raids[after]):
                    middle = _middle(before, after, whole=whole)
                    if middle is not None:
                        wanted.add(middle)
        if wanted:
            return tuple(sorted({*sizes, *wanted})), ""
        if gaps:
            return (), "the raids on the two sides of each gap differ by one object at most"
        return (), "no architecture ceases to pass between two of the sizes"


def _only(study: Study, sizes: Sequence[int | float]) -> Study:
    """The study at these sizes."""
    axis = study.axes[0]
    places = [place for place, value in enumerate(axis.values) if value in sizes]
    values = tuple(axis.values[place] for place in places)
    return Study(
        (StudyAxis(axis.name, axis.path, values),),
        tuple(study.points[place] for place in places),
        0,
        {name: array[places] for name, array in study.estimates.items()},
        study.provenance,
    )


def _together(sizes: Sequence[Any], others: Sequence[Any]) -> tuple[Any, ...]:
    """The sizes and the others that are not among them, in order; each as it is written first."""
    return tuple(sorted([*sizes, *(v for v in dict.fromkeys(others) if v not in sizes)]))


def _middle(before: int | float, after: int | float, *, whole: bool) -> int | float | None:
    """A size between two, of a count a whole number; None if there is none."""
    if whole:
        return int(before + after) // 2 if after - before > 1 else None
    middle = round((before + after) / 2, 9)
    return middle if before < middle < after else None


def _differ(one: Scenario, other: Scenario) -> bool:
    """Whether the raids differ by more than one object of a wave: else no size lies between."""
    apart = 0
    drawn = {path for paths in one.drawn.values() for path in paths}
    for name, wave in one.raid.items():
        count, other_count = wave.count, other.raid[name].count
        if f"raid.{name}.count" in drawn or not isinstance(count, int):
            return True
        if not isinstance(other_count, int):
            return True
        apart += abs(one.scaled(count) - other.scaled(other_count))
    return apart > 1


def prepared_sizes(
    scenario: Path | str,
    output: Path | str | None,
    over: str,
    criterion: Criterion,
    refine: int,
    overrides: Overrides,
    options: RunOptions,
) -> SizeStudy:
    """A study of sizes, before anything is run.

    Raises InputError for a criterion that nothing can meet, for sizes that are no numbers or do not
    change the raid, and for the faults of a scenario.
    """
    path, values = values_along(over, "over")
    _check(criterion, refine)
    refuse_shard(options)
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in values):
        raise fault("over", path, f"got {short(values)}, expected sizes as numbers")
    if not (path.startswith("raid.") and path.split(".")[-1] in ("scale", "count")):
        message = "is no size of a raid, expected raid.scale or raid.NAME.count: a raid's mix"
        raise fault("over", path, f"{message} stays as it is")

    later = options
    if output is not None:  # the file is of this study by then; Dask resumes nothing
        later = replace(options, force=True) if options.dask else replace(options, resume=True)

    def again(sizes: Sequence[Any], options: RunOptions = later) -> Prepared:
        return prepared(scenario, output, {path: sizes}, None, overrides, options)

    first = again(values, options)
    if options.resume and output is not None:
        size = options.size(first.plan.scenarios[0])
        there = _studies_there(Path(output), path)
        every = _together(values, [v for study in there for v in _sizes_of(study)])
        if len(every) > len(values):
            whole = again(every, options)
            if all(matched(study, whole.plan, size)[1] for study in there):
                first = whole
    return SizeStudy(again, first, values, criterion, refine)


def _studies_there(output: Path, path: str) -> list[Study]:
    """The studies along this path in a file and in what was saved beside it. One that was refined
    has more sizes than are asked for. What cannot be gone on from has its fault later."""
    found = []
    for file in (output, part_file(output)):
        with suppress(McdefenseError):
            study = read_any(file)
            if isinstance(study, Study) and [axis.path for axis in study.axes] == [path]:
                found.append(study)
    return found


def _sizes_of(study: Study) -> list[Any]:
    """Sizes that have trials."""
    values = zip(study.axes[0].values, study.points, strict=True)
    return [value for value, point in values if point.tally.trials]


def criterion_of(p_no_leakers: float | None, leakers: float | None) -> Criterion:
    """The criterion of one of the two; raises InputError for both or neither."""
    if (p_no_leakers is None) == (leakers is None):
        got = "no criterion" if leakers is None else "two criteria"
        wanted = "`p_no_leakers`, such as 0.8, or `leakers`, such as 2"
        raise fault("p_no_leakers", "", f"got {got}, expected one of {wanted}")
    if p_no_leakers is not None:
        return Criterion("p_no_leakers", float(p_no_leakers))
    return Criterion("expected_leakers", float(leakers or 0.0))


def _check(criterion: Criterion, refine: int) -> None:
    limit = criterion.limit
    if criterion.estimate == "p_no_leakers" and not 0 < limit < 1:
        raise fault("p_no_leakers", "", f"got {limit:g}, expected a probability between 0 and 1")
    if criterion.estimate == "expected_leakers" and not 0 < limit < float("inf"):
        raise fault("leakers", "", f"got {limit:g}, expected leakers above 0")
    if not 0 <= refine <= MOST_REFINED:
        raise fault("refine", "", f"got {refine}, expected a whole number from 0 to {MOST_REFINED}")


def withstand(
    scenario: Path | str,
    output: Path | str | None = None,
    *,
    criterion: Criterion,
    over: str = SIZES,
    refine: int = 2,
    overrides: Overrides = (),
    options: RunOptions = DEFAULT,
) -> Withstanding:
    """The largest raid at its mix that each architecture withstands by a criterion, at 95 %.

    `over` has the sizes, `raid.scale=...` or `raid.NAME.count=...`; the gaps in which an
    architecture ceases to pass are halved `refine` times. With `output` the study is written there.
    """
    ready = prepared_sizes(scenario, output, over, criterion, refine, overrides, options)
    return ready.run()
