"""A study on a screen of 80 columns: leakers at each point, and what changes against the base."""

from __future__ import annotations

from collections.abc import Sequence

from mcdefense.report.lines import WIDTH, blocks, cut, heading, label_width, row, wrapped
from mcdefense.report.numbers import with_interval, with_margin
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import Study

_COLUMN, _MOST_VALUES = 20, 12
_GAIN = "change_difference_expected_leakers"


def points_screen(study: Study) -> str:
    """The points of a study. Every line has at most 80 columns, the first carries the marking."""
    reading = StudyReading(study)
    sections = [_opening(reading), _leakers(reading), _crossings(reading), _changes(reading)]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _opening(reading: StudyReading) -> list[str]:
    study = reading.study
    lines = [
        cut(f"{reading.marking}  {reading.title}", WIDTH),
        f"{reading.sample}; brackets hold 95 % intervals",
    ]
    for axis in study.axes:
        values = [axis.label(place) for place in range(len(axis.values))]
        shown = ", ".join(values[:_MOST_VALUES])
        more = f", ... ({len(values)} values)" if len(values) > _MOST_VALUES else ""
        lines += wrapped(f"{axis.path or 'cases'}: {shown}{more}", "    ", "  ")
    lines += wrapped(f"base: {study.label(study.base)}", "    ", "  ")
    asked = len(study.asked)
    if asked < len(study.points):
        of = f"{asked:,} of {len(study.points):,} points"
        text = f"SHARD {study.provenance['shard']}: {of}; merge puts the shards together"
        lines += wrapped(text, "    ", "  ")
    if study.unfinished:
        done = asked - len(study.unfinished)
        lines.append(f"  UNFINISHED: {done:,} of {asked:,} points done")
    apart = int((study.estimates["paired"] == 0).sum())
    if apart:
        text = f"{apart} points have other worlds than the base: held against it as independent"
        lines += wrapped(text, "    ", "  ")
    return lines


def _leakers(reading: StudyReading) -> list[str]:
    """Leakers a raid of each architecture at each point, and the headline's difference."""
    columns: list[tuple[str, str, int]] = [
        (label, "expected_leakers", a) for a, label in enumerate(reading.labels)
    ]
    if reading.has_pair:
        columns.append(("difference", "difference_expected_leakers", reading.pair))
    lines = _table(reading, "LEAKERS A RAID", columns)
    if reading.has_pair:
        a, b = reading.labels[reading.baseline], reading.labels[reading.compare]
        lines += wrapped(f"(difference: {b} minus {a})")
    return lines


def _changes(reading: StudyReading) -> list[str]:
    """What each architecture changes against the base, and what their difference changes."""
    if len(reading.study.points) < 2:
        return []
    columns = [(label, "change_expected_leakers", a) for a, label in enumerate(reading.labels)]
    if reading.has_pair:
        columns.append(("difference", _GAIN, reading.pair))
    lines = _table(reading, "CHANGE TO THE BASE", columns)
    if reading.has_pair:
        b = reading.labels[reading.compare]
        lines += wrapped(
            "(difference: that of the point minus that of the base, by world; below zero where "
            f"{b} gains more, or loses less, than at the base)"
        )
    return lines


def _table(reading: StudyReading, title: str, columns: Sequence[tuple[str, str, int]]) -> list[str]:
    axis, lines = reading.axis, []
    names = [axis.label(place) for place in range(len(axis.values))]
    width = label_width([*names, title], 18)
    for group in blocks(len(columns), width, _COLUMN):
        shown = [columns[c] for c in group]
        each = [min((WIDTH - width) // len(shown), 24)] * len(shown)
        lines += heading(title, [name for name, _, _ in shown], width, each)
        for words, where in reading.lines():
            if words:
                lines += wrapped(words, "    ", "  ")
            cells = [
                reading.gains_along(where) if name == _GAIN else reading.of_line(name, where, place)
                for _, name, place in shown
            ]
            for place, name in enumerate(names):
                texts = [
                    (with_interval if kind == "expected_leakers" else with_margin)(
                        of[place], each[0] - 1
                    )
                    for (_, kind, _), of in zip(shown, cells, strict=True)
                ]
                lines.append(row(name, texts, width, each))
    return lines


def _crossings(reading: StudyReading) -> list[str]:
    """Where joining stops or begins to pay along the last axis, as far as neighbours tell; of a
    shard, whose points have none, nothing."""
    if len(reading.study.asked) < len(reading.study.points):
        return []
    if not (reading.has_pair and reading.axis.path and reading.axis.is_numeric):
        return []
    found = []
    for words, where in reading.lines():
        place = f"{words}: " if words else ""
        crossings = reading.crossings(where)
        for one in crossings:
            how = "" if one.clear else ", not clear at 95 %"
            text = f"{place}between {one.low} and {one.high}: {one.better_after} lets fewer through"
            found += wrapped(f"{text} from there on{how}", "    ", "  ")
        if not crossings:
            text = f"{place}none between the points of the grid: {reading.side(where)}"
            found += wrapped(text, "    ", "  ")
    return ["CROSSINGS", *found]
