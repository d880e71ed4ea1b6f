"""A study as its command answered: by its points, or by what was read off them."""

from __future__ import annotations

from typing import Any

from mcdefense.report.studies.numbers import points_json
from mcdefense.report.studies.screen import points_screen
from mcdefense.report.studies.withstood import withstood_json, withstood_screen
from mcdefense.report.studies.worth import WorthReading, worth_json, worth_screen
from mcdefense.statistics import Study, WithstoodAnswer, answer_of


def study_screen(study: Study) -> str:
    """The answer that a study holds, of a sweep its points. Every line has at most 80 columns, and
    the first carries the marking."""
    answer = answer_of(study)
    if answer is None:
        return points_screen(study)
    if isinstance(answer, WithstoodAnswer):
        return withstood_screen(study, answer.criterion)
    return worth_screen(WorthReading(study, answer))


def answer_json(study: Study) -> dict[str, Any] | None:
    """The answer that a study holds as plain numbers; None of a sweep."""
    answer = answer_of(study)
    if answer is None:
        return None
    if isinstance(answer, WithstoodAnswer):
        return withstood_json(study, answer.criterion)
    return worth_json(WorthReading(study, answer))


def study_json(study: Study) -> dict[str, Any]:
    """Axes, base and every estimate of each point, and under `answer` the answer, if it holds one;
    None for what is not known."""
    answer = answer_json(study)
    return points_json(study) | ({} if answer is None else {"answer": answer})
