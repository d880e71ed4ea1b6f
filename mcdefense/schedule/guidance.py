"""What may guide a round at each opportunity, under each architecture (rule 12, `tracked`)."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Integers
from mcdefense.encounter import TimedObjects, TimedOpportunities
from mcdefense.firecontrol import SHARE_LEVELS, Scope, scope_of
from mcdefense.schedule.defences import Defences
from mcdefense.schedule.gate_types import FROM_THE_START, gate_types
from mcdefense.schedule.gates import Gates
from mcdefense.schedule.limits import Guided
from mcdefense.schedule.losses import GateUse
from mcdefense.schedule.posts import led_from_posts


class Guidance(NamedTuple):
    """Under one architecture: which opportunities it may use, and on what kind of track."""

    scope: Scope
    gate_type: Integers  # [O]
    asks: NDArray[np.bool_]  # [O] needs a gate
    asked: GateUse


def guidance_under(
    defences: Defences,
    architecture: int,
    o: TimedOpportunities,
    objects: TimedObjects,
) -> Guidance:
    """What may guide rounds under the architecture of this number among the controls."""
    control, names = defences.controls[architecture], defences.names
    variant = defences.variants[architecture]
    remote = [control.scenario.interceptor[i].remote for i in names.interceptor]
    levels = np.array([SHARE_LEVELS[level] for level in remote])
    gates, covers = defences.gates.by_battery[architecture], o.own_covers[variant]
    kind, guided = gate_types(gates, o, covers != 0, levels)
    possible = o.possible[variant] & guided
    scope = scope_of(control, o, objects, possible)
    if architecture >= len(defences.architectures):
        led = led_from_posts(control, objects, names)[o.battery]
        # Where several cells reach one object, those whose posts stand do so too.
        reaching = scope.cells_reaching
        scope = replace(scope_of(control, o, objects, possible & led), cells_reaching=reaching)
    asks = scope.allowed & (kind != FROM_THE_START)
    engages = (levels >= SHARE_LEVELS["engage"])[o.interceptor]
    asked = GateUse(control.own, gates, kind, asks, o.battery, covers, engages)
    return Guidance(scope, kind, asks, asked)


def guided_under(guidance: list[Guidance], gates: Gates, objects: TimedObjects, a: int) -> Guided:
    """What architecture `a` may use; the gates asked for stand one architecture after the other."""
    scope, asks = guidance[a].scope, guidance[a].asks
    first = sum(int(g.asks.sum()) for g in guidance[:a])
    gate_row = np.full(asks.size, FROM_THE_START, np.int64)
    gate_row[asks] = gates.row[first : first + int(asks.sum())]
    return Guided(scope, gates, gate_row, objects.start_ms)
