"""Which point of a grid is the base: the one that has what the scenario itself says there."""

from __future__ import annotations

import pytest

from mcdefense.scenario import loads
from mcdefense.study.plan import plan_study
from tests.support.small_scenarios import TABLE

SLOW = f"""{TABLE}
[battery.other]
magazine = {{ round = 2 }}
reaction_s = 5
[doctrine.all]
salvo = [1]
[architecture.slow]
set = {{ "battery.*.reaction_s" = 40, "doctrine.all.salvo" = [2] }}
[architecture.slow.variants.free]
"battery.other.reaction_s" = 5
[architecture.lossy]
network = {{ availability = 0.9 }}
[architecture.slow_late]
extends = "slow"
set = {{ "battery.site.reaction_s" = 50 }}
"""


@pytest.mark.parametrize(
    ("path", "values", "base"),
    [
        ("battery.other.reaction_s", (4, 5, 6), 1),
        ("battery.*.reaction_s", (4, 0, 5), 0),  # the batteries' own differ
        ("battery.*.hold_s", (3, 2, 0), 2),
        ("doctrine.all.salvo", ((2,), (1,)), 1),
        ("architecture.slow.set.battery.*.reaction_s", (20, 40), 1),
        ("architecture.slow.set.battery.other.reaction_s", (20, 40), 1),
        ("architecture.slow.set.doctrine.all.salvo", ((1,), (2,)), 1),
        ("architecture.slow_late.set.battery.site.reaction_s", (40, 50), 1),
        ("architecture.slow_late.set.battery.*.reaction_s", (40, 50), 0),
        ("architecture.alone.set.battery.other.reaction_s", (40, 5), 1),
        ("architecture.slow.set.battery.*.reaction_s", (20, 30), 0),
        ("architecture.together.network.availability", (0, 0.5, 1), 2),  # no network: never down
        ("architecture.lossy.network.availability", (1, 0.5, 0.9), 2),
        ("architecture.together.network.availability", (0, 0.5), 0),
        ("architecture.slow.variants.free.battery.other.reaction_s", (40, 5), 1),
    ],
)
def test_the_base_has_the_value_of_the_file(
    path: str, values: tuple[object, ...], base: int
) -> None:
    planned = plan_study(lambda more: loads(SLOW, overrides=more), over={path: values})
    assert planned.base == base
