"""A study as its reader meets it: labels, the headline's pair, lines along an axis, crossings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mcdefense.report.lines import sequence_note
from mcdefense.report.reading import Interval
from mcdefense.statistics import (
    Criterion,
    Study,
    StudyAxis,
    WithstoodAnswer,
    answer_of,
    change_of_difference,
)


class Crossing(NamedTuple):
    """Where two architectures change places: between two neighbours along an axis. `clear` says
    that the intervals on both sides leave out no difference."""

    low: str
    high: str
    better_after: str
    clear: bool


@dataclass(frozen=True)
class StudyReading:
    """What a study's screen and figures need besides its numbers."""

    study: Study

    @property
    def title(self) -> str:
        """Title of the scenario."""
        return str(self.study.provenance.get("title", ""))

    @property
    def marking(self) -> str:
        """Marking of the scenario."""
        return str(self.study.provenance.get("marking", "NOTIONAL"))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What the architectures are called in text and figures."""
        known = json.loads(str(self.study.provenance.get("labels") or "{}"))
        return tuple(str(known.get(name) or name) for name in self.study.architectures)

    @property
    def baseline(self) -> int:
        """Place of the headline's baseline."""
        return self._named("baseline", 0)

    @property
    def compare(self) -> int:
        """Place of the headline's compare."""
        return self._named("compare", len(self.labels) - 1)

    def _named(self, which: str, otherwise: int) -> int:
        name, names = str(self.study.provenance.get(which, "")), self.study.architectures
        return names.index(name) if name in names else otherwise

    @property
    def has_pair(self) -> bool:
        """Whether there are two architectures to compare."""
        return self.baseline != self.compare

    @property
    def pair(self) -> int:
        """Place of the headline along the axis `pair`."""
        return self.study.points[self.study.base].pairs.index((self.baseline, self.compare))

    @property
    def sample(self) -> str:
        """Points, worlds, trials and seed in words."""
        known = self.study.provenance
        worlds, trials = int(known["worlds"]), int(known["trials_per_world"])
        points = len(self.study.points)
        text = f"{points:,} point{'s' * (points != 1)} of {worlds:,} world{'s' * (worlds != 1)}"
        return f"{text} x {trials:,} trial{'s' * (trials != 1)}, seed {known['seed']}"

    @property
    def sequence(self) -> str:
        """What "a raid" means where raids come in sequence; "" where they do not."""
        raids = self.study.points[self.study.base].tally.axes.raids
        if raids < 2:
            return ""
        each = [point.tally["live_by_raid"] for point in self.study.points if point.tally.trials]
        last = {int(np.flatnonzero(live.any(axis=(0, 2)))[-1:].sum()) for live in each}
        return sequence_note(raids, "" if len(last) == 1 else f"raids, {raids:,} at most,")

    @cached_property
    def overrides(self) -> tuple[str, ...]:
        """Values set from outside of the file for every point alike, as `path = value`."""
        every = [
            str(point.provenance.get("overrides", "")).splitlines() for point in self.study.points
        ]
        varied = {axis.path for axis in self.study.axes}
        return tuple(
            line
            for line in every[0]
            if line.partition(" = ")[0] not in varied and all(line in one for one in every)
        )

    @cached_property
    def criterion(self) -> Criterion | None:
        """The criterion that a size of the raid was held against, None where none was."""
        answer = answer_of(self.study)
        return answer.criterion if isinstance(answer, WithstoodAnswer) else None

    @property
    def asked_about(self) -> str:
        """The estimate that the study was asked about: that of a criterion, or else leakers."""
        return "expected_leakers" if self.criterion is None else self.criterion.estimate

    @property
    def along(self) -> int:
        """The axis along which lines are drawn: the last."""
        return len(self.study.axes) - 1

    @property
    def axis(self) -> StudyAxis:
        """That axis."""
        return self.study.axes[self.along]

    def lines(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Every line along that axis: the other axes' values in words, and their places."""
        for where in np.ndindex(*self.study.shape[:-1]):
            parts = []
            for axis, place in zip(self.study.axes, where, strict=False):
                value = axis.label(place)
                parts.append(f"{axis.path} = {value}" if axis.path else value)
            yield ", ".join(parts), where

    def of_line(self, name: str, where: tuple[int, ...], place: int) -> list[Interval]:
        """An estimate at every point of a line, of one architecture or pair."""
        arrays = [self.study.estimates[name + end][where] for end in ("", "_low", "_high")]
        return [
            Interval(*(float(v) for v in three))
            for three in zip(*(a[:, place] for a in arrays), strict=True)
        ]

    def against_baseline(self, name: str, where: tuple[int, ...], a: int) -> list[Interval]:
        """A paired difference at every point of a line, of an architecture to the baseline."""
        pairs = self.study.points[self.study.base].pairs
        if (self.baseline, a) in pairs:
            return self.of_line(name, where, pairs.index((self.baseline, a)))
        found = self.of_line(name, where, pairs.index((a, self.baseline)))
        return [one.turned for one in found]

    def change_of_gain(self, a: int) -> list[Interval]:
        """What the difference of an architecture to the baseline changes against the base, at every
        point of the study."""
        found = np.stack(change_of_difference(self.study, self.baseline, a), axis=1)
        return [Interval(*map(float, three)) for three in found]

    @cached_property
    def changes_of_gain(self) -> list[Interval]:
        """The same of the headline's difference."""
        return self.change_of_gain(self.compare)

    def gains_along(self, where: tuple[int, ...]) -> list[Interval]:
        """The same at every point of a line."""
        points = range(len(self.axis.values))
        return [self.changes_of_gain[self.study.place(*where, point)] for point in points]

    def side(self, where: tuple[int, ...]) -> str:
        """Which of the headline's architectures is the better all along a line without a crossing,
        and at how many of its points that is clear."""
        gains = self.of_line("difference_expected_leakers", where, self.pair)
        known = [gain for gain in gains if not np.isnan(gain.value)]
        apart = [gain for gain in known if gain.value != 0]
        if not apart:
            return "both let as many through at every point"
        better = self.labels[self.compare if apart[0].value < 0 else self.baseline]
        number = f"all {len(known)}" if apart == known else f"{len(apart)} of {len(known)}"
        clear = sum(not gain.low <= 0 <= gain.high for gain in apart)
        sure = "at all" if clear == len(known) else f"at {clear or 'none'}"
        return f"{better} lets fewer through at {number} points, clearly at 95 % {sure} of them"

    def crossings(self, where: tuple[int, ...]) -> list[Crossing]:
        """Where the headline's architectures change places along a line, from the least value up;
        nowhere along texts, which have no order."""
        if not (self.has_pair and self.axis.is_numeric):
            return []
        found: list[Crossing] = []
        gains = self.of_line("difference_expected_leakers", where, self.pair)
        before: int | None = None
        for place in np.argsort(self.axis.array, kind="stable").tolist():
            gain = gains[place]
            if gain.value == 0 or np.isnan(gain.value):
                continue
            if before is not None and (gain.value < 0) != (gains[before].value < 0):
                better = self.labels[self.compare if gain.value < 0 else self.baseline]
                clear = all(not g.low <= 0 <= g.high for g in (gain, gains[before]))
                axis = self.axis
                found.append(Crossing(axis.label(before), axis.label(place), better, clear))
            before = place
        return found

    def clear_crossings(self, where: tuple[int, ...]) -> list[Crossing]:
        """Those crossings along a line that are clear at 95 % on both sides."""
        return [one for one in self.crossings(where) if one.clear]
