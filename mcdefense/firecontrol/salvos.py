"""Looks that each opportunity leaves, and rounds owed at it (rules 17, 20, 21: `salvo`,
`last_chance`, `waiting`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Integers
from mcdefense.encounter import TimedOpportunities
from mcdefense.firecontrol.control import UNSET, FireControl
from mcdefense.firecontrol.scope import Scope


def last_chance(control: FireControl, scope: Scope, o: TimedOpportunities) -> NDArray[np.bool_]:
    """`last_chance` (rule 20): no later launch of this cell and object after this look [O]."""
    assessment_ms = scope.of_row(control.by_class.assessment_ms)
    latest = np.full(scope.pair_first.size + 1, np.iinfo(np.int64).min)
    np.maximum.at(latest, scope.pair[scope.allowed], o.launch_ms[scope.allowed])
    last: NDArray[np.bool_] = latest[scope.pair] < o.intercept_ms + assessment_ms
    return last


def looks_left(control: FireControl, scope: Scope, o: TimedOpportunities) -> Integers:
    """Looks of the cell at the object from each opportunity on, itself included, counted to the
    doctrine's `looks_kept` [O] (rule 21, `waiting`); 1 where it is not allowed."""
    over_ms = o.intercept_ms + scope.of_row(control.by_class.assessment_ms)
    kept = np.where(scope.allowed, scope.of_row(control.by_class.looks_kept), 1)
    looks = np.ones(o.object.size, np.int64)
    for number in range(1, int(kept.max(initial=1))):
        # An opportunity has a look more than `number` if one that has so many comes after its own.
        has = scope.allowed & (looks == number)
        latest = np.full(scope.pair_first.size + 1, np.iinfo(np.int64).min)
        np.maximum.at(latest, scope.pair[has], o.launch_ms[has])
        looks[has & (kept > number) & (over_ms <= latest[scope.pair])] += 1
    return looks


def spends_rest(control: FireControl, scope: Scope, o: TimedOpportunities) -> NDArray[np.bool_]:
    """Whether all that is left is owed at a `last_chance` (rule 20), always evenly [O]."""
    if not control.by_class.rest.any():
        return np.zeros(o.object.size, np.bool_)
    return scope.of_row(control.by_class.rest) & last_chance(control, scope, o)


def salvos(control: FireControl, scope: Scope, o: TimedOpportunities) -> Integers:
    """Rounds owed by look [O, L]; at the last chance `last_salvo` in every entry, or a battery's
    own salvo where that is greater."""
    salvo: Integers = scope.of_row(control.by_class.salvo)
    batteries, last_salvo = control.batteries.salvo, control.by_class.last_salvo
    own = np.full(1, UNSET)
    if (batteries != UNSET).any():
        own = batteries[o.battery, scope.threat_class]
        salvo = np.where(own == UNSET, salvo, own)
    if (last_salvo == UNSET).all():
        return salvo
    of_last = scope.of_row(last_salvo)
    last = last_chance(control, scope, o) & (of_last != UNSET)
    # Where a battery has no salvo of its own, UNSET is less than any last salvo.
    return np.where(last[:, None], np.maximum(own, of_last[:, None]), salvo)
