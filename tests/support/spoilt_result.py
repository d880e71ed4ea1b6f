"""A result in which every name and text is an attack on whoever shows it as markup."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from mcdefense.statistics import Axes, Result, Tally
from tests.support.raid_result import raid_result

SCRIPT = "<script>alert(1)</script>"
TEXT = f"{SCRIPT}\"'><img src=x onerror=alert(2)><b>]]></style><!-- &lt;i&gt;"


def spoilt_result() -> Result:
    """Three architectures and two plans; each name begins with a script."""
    good = raid_result(architectures=3, classes=3)
    old = good.tally.axes

    def spoilt(kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{SCRIPT}{kind}{i}" for i in range(len(names)))

    axes = Axes(
        spoilt("a", old.architecture),
        spoilt("c", old.threat_class),
        spoilt("b", old.battery),
        spoilt("i", old.interceptor),
        spoilt("m", old.asset),
        old.world,
        old.time,
    )
    known = {
        key: TEXT
        if isinstance(value, str) and key not in ("interceptor_costs", "threat_costs")
        else value
        for key, value in good.provenance.items()
    }
    known |= {
        "interceptor_costs": json.dumps(dict.fromkeys(axes.interceptor, 1.0)),
        "threat_costs": json.dumps(dict.fromkeys(axes.threat_class, 0.5)),
        "labels": json.dumps({axes.architecture[0]: f"{SCRIPT}label"}),
        "warnings": json.dumps([TEXT]),
        "overrides": TEXT,
        "created": TEXT,
        "device": TEXT,
    }
    plan = np.array([f"{SCRIPT}p{w % 2}" for w in range(len(old.world))], object)
    return replace(
        good,
        tally=Tally(axes, good.tally.counts),
        provenance=known,
        plan=plan,
        parameters={f"{SCRIPT}q": good.parameters["sspk"]},
    )
