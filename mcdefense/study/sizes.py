"""How large a raid a defence withstands: a grid of sizes, refined where it matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from mcdefense.run import Monitor, RunOptions
from mcdefense.scenario import Scenario, short
from mcdefense.statistics import Criterion, Study, Withstood, withstood
from mcdefense.study.grid import DEFAULT, UNWATCHED, Overrides, Prepared, prepared
from mcdefense.study.values import fault, values_along

SIZES = "raid.scale=0.25:2:0.25"
"""The sizes where none are given: all waves at a fixed mix."""
MOST_REFINED = 12


@dataclass(frozen=True, eq=False)
class Withstanding:
    """What each architecture withstands by a criterion, and the study that says so."""

    study: Study
    criterion: Criterion
    withstood: tuple[Withstood, ...]


@dataclass(frozen=True, eq=False)
class SizeStudy:
    """A study of sizes that is ready to be run."""

    again: Any
    first: Prepared
    path: str
    criterion: Criterion
    refine: int

    def run(self, monitor: Monitor = UNWATCHED) -> Withstanding:
        """Run the grid, then halve so often the gaps in which some architecture stops to pass."""
        ready = self.first
        study = ready.run(monitor)
        for _ in range(self.refine):
            sizes = self._finer(study, ready.plan.scenarios)
            if sizes is None:
                break
            ready = self.again({self.path: sizes})
            study = ready.run(monitor, begun=study)
        return Withstanding(study, self.criterion, withstood(study, self.criterion))

    def _finer(self, study: Study, scenarios: Sequence[Scenario]) -> tuple[int | float, ...] | None:
        """The sizes with the middles of the gaps that matter; None if there is nothing to halve."""
        sizes = [value for value in study.axes[0].values if not isinstance(value, str)]
        order = sorted(sizes)
        raids = dict(zip(sizes, scenarios, strict=True))
        wanted = set()
        for one in withstood(study, self.criterion):
            known = [size for size in (one.low, one.value, one.high) if size is not None]
            low, high = min(known, default=order[0]), max(known, default=order[0])
            for before, after in pairwise(order):
                if low <= before <= high and _differ(raids[before], raids[after]):
                    middle = _middle(before, after)
                    if middle is not None:
                        wanted.add(middle)
        return tuple(sorted({*sizes, *wanted})) if wanted else None


def _middle(before: int | float, after: int | float) -> int | float | None:
    """A size between two, a whole number between whole numbers; None if there is none."""
    if isinstance(before, int) and isinstance(after, int) and after - before > 1:
        return (before + after) // 2
    if isinstance(before, int) and isinstance(after, int):
        return None
    middle = round((before + after) / 2, 9)
    return middle if before < middle < after else None


def _differ(one: Scenario, other: Scenario) -> bool:
    """Whether the raids differ by more than one object of a wave: else no size lies between."""
    apart = 0
    for name, wave in one.raid.items():
        count, other_count = wave.count, other.raid[name].count
        if not (isinstance(count, int) and isinstance(other_count, int)):
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
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in values):
        raise fault("over", path, f"got {short(values)}, expected sizes as numbers")
    if not (path.startswith("raid.") and path.split(".")[-1] in ("scale", "count")):
        message = "is no size of a raid, expected raid.scale or raid.NAME.count: a raid's mix"
        raise fault("over", path, f"{message} stays as it is")

    def again(sizes: Mapping[str, Sequence[Any]]) -> Prepared:
        later = replace(options, resume=True) if output is not None else options
        return prepared(scenario, output, sizes, None, overrides, later)

    first = prepared(scenario, output, {path: values}, None, overrides, options)
    return SizeStudy(again, first, path, criterion, refine)


def criterion_of(p_no_leakers: float | None, leakers: float | None) -> Criterion:
    """The criterion of one of the two; raises InputError for both or neither."""
    if (p_no_leakers is None) == (leakers is None):
        got = "no criterion" if leakers is None else "two criteria"
        raise fault("p_no_leakers", "", f"got {got}, expected `p_no_leakers` or `leakers`")
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
    architecture stops to pass are halved `refine` times. With `output` the study is written there.
    """
    ready = prepared_sizes(scenario, output, over, criterion, refine, overrides, options)
    return ready.run()
