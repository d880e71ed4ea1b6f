"""The objects of a raid as rows of integers."""

from __future__ import annotations

import numpy as np

from mcdefense.chance import FlagRows, presence
from mcdefense.contract import Names, ObjectRows, limit
from mcdefense.encounter import TimedObjects
from mcdefense.firecontrol import FireControl


def object_rows(
    control: FireControl, names: Names, objects: TimedObjects, rows: FlagRows
) -> ObjectRows:
    """The objects of a world: whether each is there, what it is, what it flies at and damages."""
    scenario = control.scenario
    present = [
        rows.row(frozenset(presence(control, names, int(kind), number)))
        for number, kind in enumerate(objects.threat_class)
    ]
    damage = [
        scenario.asset[name].damage_probability if name in scenario.asset else 1.0
        for name in names.asset
    ]
    live = [scenario.threat[c].role == "live" for c in names.threat_class]
    return ObjectRows(
        present_flags=np.array(present, np.int32),
        live=np.array(live, np.int32)[objects.threat_class] * objects.flown,
        threat_class=objects.threat_class.astype(np.int32),
        asset=objects.asset.astype(np.int32),
        damage_high=limit(np.array(damage)[objects.asset])[:, None],
    )
