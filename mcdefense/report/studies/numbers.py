"""A study as plain numbers for JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from mcdefense.report.reading import finite
from mcdefense.report.studies.reading import StudyReading
from mcdefense.statistics import STUDY_DIMENSIONS, Study


def points_json(study: Study) -> dict[str, Any]:
    """Axes, base and every estimate of each point, with what its differences to the baseline change
    against the base; None for what is not known."""
    reading = StudyReading(study)
    base = study.points[study.base]
    labels = {**base.tally.axes.labels, "pair": base.pair_names}
    names = base.tally.axes.architecture
    others = [a for a in range(len(names)) if a != reading.baseline]
    gains = {f"{names[a]} - {names[reading.baseline]}": reading.change_of_gain(a) for a in others}
    points = []
    for number in range(len(study.points)):
        where = study.where(number)
        values = {a.path or a.name: a.values[p] for a, p in zip(study.axes, where, strict=True)}
        found: dict[str, Any] = {}
        for name, dimensions in STUDY_DIMENSIONS.items():
            array = study.estimates[name][where]
            found[name] = _named(array, [list(labels[axis]) for axis in dimensions])
        for place, end in enumerate(("", "_low", "_high")):
            found[f"change_difference_expected_leakers{end}"] = {
                pair: finite(changes[number][place]) for pair, changes in gains.items()
            }
        points.append({"values": values, "estimates": found})
    return {
        "marking": reading.marking,
        "title": reading.title,
        "axes": [{"name": a.name, "path": a.path, "values": list(a.values)} for a in study.axes],
        "base": study.label(study.base),
        "seed": study.provenance["seed"],
        "worlds": study.provenance["worlds"],
        "trials_per_world": study.provenance["trials_per_world"],
        "points": points,
    }


def _named(array: Any, labels: list[list[str]]) -> Any:
    if not labels:
        return finite(float(array))
    first, *rest = labels
    return {name: _named(part, rest) for name, part in zip(first, np.asarray(array), strict=True)}
