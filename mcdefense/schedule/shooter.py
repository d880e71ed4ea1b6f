"""Who fires first at one object among launches at one time (rule 31, `shooter`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Integers, Names, distinct_rows
from mcdefense.encounter import TimedObjects, TimedOpportunities
from mcdefense.scenario import Scenario


def shooter_keys(
    scenario: Scenario, names: Names, o: TimedOpportunities, objects: TimedObjects
) -> list[NDArray[Any]]:
    """What tells such launches apart, the most important first; the least comes first.

    Each key is [O]. After all that `prefer` names comes the earliest
    intercept, unless `prefer` ends with the order of the file.
    """
    prefer, keys = scenario.engagement.prefer, list[NDArray[Any]]()
    for word in prefer:
        if word == "cost":
            keys.append(np.array([scenario.interceptor[i].cost for i in names.interceptor]))
            keys[-1] = keys[-1][o.interceptor]
        elif word == "versatility":
            keys.append(_classes_met(o, objects))
    if "file" not in prefer:
        keys.append(o.intercept_ms)
    return keys


def _classes_met(o: TimedOpportunities, objects: TimedObjects) -> Integers:
    """Threat classes at which the battery and interceptor of each opportunity have any [O]."""
    flown = np.flatnonzero(objects.flown[o.object])
    kinds = objects.threat_class.astype(np.int64)[o.object[flown]]
    met, _ = distinct_rows(o.battery[flown], o.interceptor[flown], kinds)
    first, of_opportunity = distinct_rows(o.battery, o.interceptor)
    counted = np.bincount(of_opportunity[flown[met]], minlength=first.size)
    return counted[of_opportunity]
