"""What a builder keeps from world to world never shows in a world."""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.contract.kept import Kept, same_objects
from mcdefense.scenario import loads
from mcdefense.schedule.build import Builder

TEXT = """\
library = "notional-1"
[asset.area]
at_deg = [50.0, 20.0]
[sensor.lookout]
class  = "airborne_radar"
at_deg = [50.2, 21.0]
[battery.north]
class    = "medium_sam"
at_deg   = [50.3, 20.2]
magazine = { medium_sam = 8 }
[battery.south]
class    = "long_sam"
at_deg   = [49.8, 20.1]
magazine = { long_sam = 6 }
[raid.missiles]
class     = "subsonic_cruise"
count     = 6
from      = { bearing_deg = 60, range_km = 300 }
arrival_s = [0, 300]
arrival   = "regular"
routes    = 1
[doctrine.all]
assessment_s = 8.0
[coin.up]
level       = "battery"
probability = 0.9
[coin.seen]
level       = "sensor"
probability = 0.9
[architecture.linked]
share     = "warning"
latency_s = 5.0
[architecture.linked.cells.one]
batteries = ["north"]
sensors   = ["lookout"]
[architecture.linked.cells.two]
batteries = ["south"]
[architecture.linked.links.one]
share        = "launch"
latency_s    = 3.0
availability = 0.9
[architecture.linked.links.two]
share        = "launch"
latency_s    = 4.0
availability = 0.8
[architecture.joined]
join = "all"
set  = { "sensor.lookout.revisit_s" = 20.0 }
"""

DRAWN = {
    "nothing": "",
    "kill": "interceptor.*.against.*.sspk",
    "looks": "sensor.*.p_look",
    "reach": "sensor.lookout.reach_km",
    "speed": "threat.subsonic_cruise.speed_kms",
    "called": "threat.subsonic_cruise.called",
    "reaction": "battery.*.reaction_s",
    "assessment": "doctrine.all.assessment_s",
    "coin of batteries": "coin.up.probability",
    "coin of sensors": "coin.seen.probability",
    "latency": "architecture.linked.links.*.latency_s",
    "availability": "architecture.linked.links.one.availability",
}


@pytest.mark.parametrize("drawn", DRAWN)
def test_a_world_is_the_same_after_others(drawn: str) -> None:
    """Where one kind of value is drawn: built last of four worlds, and alone."""
    text = TEXT
    if path := DRAWN[drawn]:
        text += f'[uncertainty.it]\npaths = ["{path}"]\nas = "factor"\n'
        text += 'distribution = "uniform"\nlow = 0.6\nhigh = 1.0\n'
    kept = Builder(loads(text))
    digests = [kept.schedule(kept.world(1, number)).digest for number in range(4)]
    fresh = Builder(loads(text))
    assert fresh.schedule(fresh.world(1, 3)).digest == digests[3]
    again = [kept.schedule(kept.world(1, number)).digest for number in (0, 3, 1)]
    assert again == [digests[0], digests[3], digests[1]]
    # The raid is the same in all worlds: what is drawn does reach the schedule, though not each
    # time, as times become ranks.
    assert (np.unique(digests).size > 1) == bool(path)


def test_a_value_is_made_anew_when_a_part_is_another_object() -> None:
    kept, made = Kept(), list[int]()

    def make() -> int:
        made.append(len(made))
        return made[-1]

    one, equal = [1], [1]
    assert [kept.value("a", (one,), make) for _ in range(2)] == [0, 0]
    assert kept.value("b", (one,), make) == 1
    assert kept.value("a", (equal,), make) == 2
    assert kept.value("a", (one,), make) == 3
    assert kept.value("b", (one,), make) == 1


def test_what_has_more_parts_is_something_else() -> None:
    """One list may begin as another does: it is another all the same, and is made anew."""
    first, second = object(), object()
    assert same_objects((first, second), (first, second))
    assert not same_objects((first,), (first, second))
    assert not same_objects((first, second), (first,))
    kept = Kept()
    assert kept.value("it", (first,), lambda: 1) == 1
    assert kept.value("it", (first, second), lambda: 2) == 2
    assert kept.value("it", (first, second), lambda: 3) == 2
