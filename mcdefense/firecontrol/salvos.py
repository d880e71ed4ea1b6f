"""Rounds that doctrine owes at each opportunity (rules 17 and 20: `salvo`, `last_chance`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Integers
from mcdefense.encounter import TimedOpportunities
from mcdefense.firecontrol.control import UNSET, FireControl
from mcdefense.firecontrol.scope import Scope


def last_chance(control: FireControl, scope: Scope, o: TimedOpportunities) -> NDArray[np.bool_]:
    """`last_chance` (rule 20): no later launch of this cell and object after this look [O]."""
    assessment_ms = control.by_class.assessment_ms[scope.cell, scope.threat_class]
    latest = np.full(scope.pair_first.size + 1, np.iinfo(np.int64).min)
    np.maximum.at(latest, scope.pair[scope.allowed], o.launch_ms[scope.allowed])
    return latest[scope.pair] < o.intercept_ms + assessment_ms


def spends_rest(control: FireControl, scope: Scope, o: TimedOpportunities) -> NDArray[np.bool_]:
    """Whether all that is left is owed at a `last_chance` (rule 20), always evenly [O]."""
    rest = control.by_class.rest[scope.cell, scope.threat_class]
    return rest & last_chance(control, scope, o)


def salvos(control: FireControl, scope: Scope, o: TimedOpportunities) -> Integers:
    """Rounds owed by look [O, L]; at the last chance `last_salvo` in every entry."""
    own = control.batteries.salvo[o.battery, scope.threat_class]
    salvo = np.where(own == UNSET, control.by_class.salvo[scope.cell, scope.threat_class], own)
    last_salvo = control.by_class.last_salvo[scope.cell, scope.threat_class]
    last = last_chance(control, scope, o) & (last_salvo != UNSET)
    return np.where(last[:, None], last_salvo[:, None], salvo)
