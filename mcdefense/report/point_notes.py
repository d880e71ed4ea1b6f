"""What was set at all points of a study, and what points did beside setting their values, such as
keeping a draw away: said in the words of a run, once for all points of which it holds."""

from __future__ import annotations

import json
from typing import Any

from mcdefense.report import studies
from mcdefense.report.lines import override_lines, wrapped
from mcdefense.report.studies.reading import StudyReading
from mcdefense.scenario import parse_value, short
from mcdefense.statistics import Study

_MOST_POINTS = 3


def study_screen(study: Study) -> str:
    """The answer that a study holds, of a sweep its points, with what "a raid" means in a sequence,
    what was set at all points and the notes on the points among the first lines. Every line has at
    most 80 columns, and the first carries the marking."""
    opening, gap, rest = studies.study_screen(study).partition("\n\n")
    reading = StudyReading(study)
    said = wrapped(reading.sequence, "    ", "  ")
    said += override_lines(reading.overrides, point_notes(study))
    return "\n".join([opening.rstrip("\n"), *said]) + (gap + rest if gap else "\n")


def study_json(study: Study) -> dict[str, Any]:
    """Axes, base and every estimate of each point, with what was set at all points and the notes on
    the points, and under `answer` the answer, if it holds one; None for what is not known."""
    numbers = studies.study_json(study) | _overrides(study)
    answer = answer_json(study)
    return numbers if answer is None else numbers | {"answer": answer}


def answer_json(study: Study) -> dict[str, Any] | None:
    """The answer that a study holds as plain numbers, with what was set at all points and the notes
    on the points; None of a sweep."""
    answer = studies.answer_json(study)
    return None if answer is None else answer | _overrides(study)


def _overrides(study: Study) -> dict[str, list[str]]:
    overrides, notes = StudyReading(study).overrides, point_notes(study)
    return {"overrides": list(overrides), "override_notes": list(notes)}


def point_notes(study: Study) -> tuple[str, ...]:
    """A line for all that overrides did beside setting a value, at every point or at some."""
    points = [number for number in study.asked if study.points[number].tally.trials]
    held: dict[str, list[int]] = {}
    for number in points:
        notes = json.loads(str(study.points[number].provenance.get("override_notes") or "[]"))
        for note in notes:
            held.setdefault(_of_every_point(str(note), study, number), []).append(number)
    return tuple(
        note if len(at) == len(points) else f"{_labels(study, at)}: {note}"
        for note, at in held.items()
    )


def _of_every_point(note: str, study: Study, number: int) -> str:
    """A note in which a value along an axis is called that of the point."""
    for axis, place in zip(study.axes, study.where(number), strict=True):
        begin = f"{axis.path}: fixed at "
        for value in _as_written(axis.values[place]) if axis.path else ():
            rest = note.removeprefix(begin + value)
            if rest != note and not rest[:1].isalnum() and rest[:1] != ".":
                return f"{begin}each point's value{rest}"
    return note


def _as_written(value: int | float | str) -> tuple[str, ...]:
    """The value of a point as a note may have it: beside 0.5 a file has 0.0 for what was 0."""
    if isinstance(value, str):
        return (short(parse_value(value), 60),)
    whole = (short(int(value)),) if value == int(value) else ()
    return short(value), *whole


def _labels(study: Study, at: list[int]) -> str:
    shown = "; ".join(study.label(number) for number in at[:_MOST_POINTS])
    more = len(at) - _MOST_POINTS
    return shown + (f"; and {more} more point{'s' * (more != 1)}" if more > 0 else "")
