"""Scenarios that the tests of this room start from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcdefense.errors import InputError
from mcdefense.scenario import loads

SKETCH = """\
title   = "One area, two batteries: joined or apart?"
marking = "NOTIONAL"
library = "notional-1"
[asset.area]
at_deg = [50.0, 20.0]               # latitude, longitude; fictional
[sensor.lookout]
class  = "airborne_radar"
at_deg = [50.2, 21.0]
[battery.north]                     # own radar, channels, magazine: from the library
class  = "medium_sam"
at_deg = [50.3, 20.2]
[battery.south]
class    = "long_sam"
at_deg   = [49.8, 20.1]
magazine = { long_sam = 16, low_terminal = 16 }
[raid.drones]
class     = "one_way_drone"
count     = [20, 40]                # one draw per world
asset     = "area"
from      = { bearing_deg = [40, 110], range_km = 600 }
arrival_s = [0, 1800]               # windows mean arrival, so that slow and fast meet
[raid.ballistic]
class     = "short_range_ballistic"
count     = 6
asset     = "area"
from      = { bearing_deg = 90, range_km = 400 }
arrival_s = [600, 660]
[architecture.separate]             # default: every battery its own cell
[architecture.integrated]
join    = ["lookout", "north", "south"]
share   = "engage"
network = { availability = 0.95, fallback = "separate" }
"""

TABLE = """\
title = "Four threats, two shots each"
[battery.site]
magazine = { round = 16 }
[interceptor.round]
against.warhead = { sspk = 0.8 }
[sensor.eye]
[threat.warhead]
[raid.salvo]
class   = "warhead"
count   = 4
start_s = 0
[opportunities]
rows = [
  { threat = "salvo", battery = "site", interceptor = "round", launch_s = 0, intercept_s = 10 },
  { threat = "salvo.3", battery = "site", interceptor = "round", launch_s = 20, \
intercept_s = 30, sspk = 0.5 },
]
[tracks]
rows = [
  { sensor = "eye", threat = "salvo", time_s = 0, probability = 0.5 },
  { sensor = "eye", threat = "salvo", time_s = 5, probability = 0.9, cued_probability = 1 },
]
[architecture.one]
"""

EVERYTHING = """\
title = "Every key of the format"
marking = "NOTIONAL"
library = "notional-1"
[run]
worlds = 8
trials_per_world = 16
seed = 3
[engagement]
losses = true
priority = "value"
prefer = ["versatility", "cost", "file"]
baseline = "apart"
compare = "joined"
ladder = ["apart", "sectors", "joined"]
margin = 0.05
[asset.area]
at_deg = [50.0, 20.0]
value = 2.0
defended = true
damage_probability = 0.5
[sensor.eye]
at_deg = [50.1, 20.5]
height_m = 12
reach_km = 250
max_range_km = 240
sector_deg = [90, 120]
elevation_deg = [0, 60]
revisit_s = 6
p_look = 0.7
cued = { reach_factor = 1.1, revisit_s = 3, p_look = 0.8 }
sees = ["one_way_drone", "loud"]
[battery.north]
class = "medium_sam"
at_deg = [50.3, 20.2]
magazine = { medium_sam = 8, own_round = 4 }
channels = 3
organic = { class = "medium_sam_radar", reach_km = 99 }
sensors = ["north_radar"]
reaction_s = 4
launch_spacing_s = 3
hold_s = 1
reload_s = 2
salvo = { one_way_drone = [2, 1] }
reserve = { medium_sam = { one_way_drone = 2 } }
[battery.south]
class = "long_sam"
at_deg = [49.8, 20.1]
[interceptor.own_round]
flyout = [[0, 0], [10, 15], [20, 40]]
launch_delay_s = 1
remote = "launch"
cost = 0.2
against.one_way_drone = { range_km = [0, 20], altitude_km = [0, 5], sspk = [[0, 0.8], [20, 0.4]] }
[threat.loud]
class = "one_way_drone"
role = "live"
flight = "cruise"
speed_kms = 0.07
height_km = 0.3
rcs_m2 = 0.5
reliability = 0.9
value = 0.2
cost = 0.05
called = 0.95
looks_kept = 1
[threat.lofted]
flight = "ballistic"
loft_deg = 60
rcs_m2 = 0.2
[threat.glider]
flight = "glide"
speed_kms = 2
glide_height_km = 35
dive_range_km = 40
rcs_m2 = 0.2
[raid.many]
class = "loud"
count = { poisson = 12.5 }
asset = { area = 2, "battery.north" = 1 }
from = { box_deg = [[50, 22], [51, 23]] }
waypoints_deg = [[50.5, 21]]
arrival_s = [0, 900]
arrival = "poisson"
routes = 6
[raid.few]
class = "lofted"
count = [1, 3]
asset = ["area", "sensor.eye"]
from = { at_deg = [50, 24] }
arrival_s = 300
arrival = "simultaneous"
[raid.tabled]
class = "glider"
count = 2
start_s = [0, 60]
impact_s = 120
[plan.one]
weight = 2.0
waves = ["many", "few", "tabled"]
[plan.two]
waves = ["many"]
[opportunities]
rows = [{ threat = "tabled.1", battery = "south", interceptor = "long_sam", launch_s = 1, \
intercept_s = 9, sspk = 0.3 }]
[tracks]
rows = [{ sensor = "eye", threat = "tabled", time_s = 0, probability = 0.5, \
cued_probability = 0.6 }]
[doctrine.general]
salvo = [2, 1]
last_salvo = "rest"
assessment_s = 8
others_kills_s = "never"
dead_called_alive = 0.1
live_called_dead = 0.05
called = 0.9
identification_s = 2
choice = "cheapest_adequate"
adequate_sspk = 0.6
hold_stock = 2
looks_kept = 3
pooled_reserve = { own_round = 1 }
[doctrine.centre]
cells = ["joined"]
burst_s = 4
allot = "first_come"
random = false
decision_s = 1
[doctrine.drones]
classes = ["loud"]
last_salvo = 2
others_kills_s = 5
[coin.fuze]
level = "engagement"
probability = 0.9
effect = "double"
batteries = ["north"]
interceptors = ["medium_sam"]
classes = ["loud"]
cells = ["joined"]
architectures = ["joined"]
[coin.dark]
level = "sensor"
probability = 0.9
sensors = ["eye"]
[uncertainty.skill]
paths = ["interceptor.*.against.*.sspk"]
as = "factor"
distribution = "triangular"
low = 0.6
mode = 1.0
high = 1.2
[uncertainty.up]
paths = ["architecture.joined.network.availability"]
distribution = "beta"
a = 9
b = 1
[uncertainty.slow]
paths = ["battery.*.reaction_s"]
distribution = "normal"
mean = 8
sd = 2
low = 1
high = 20
[uncertainty.reach]
paths = ["sensor.eye.reach_km"]
distribution = "uniform"
low = 200
high = 300
[uncertainty.tested]
paths = ["coin.fuze.probability"]
distribution = "jeffreys"
successes = 7
tests = 14
[uncertainty.pick]
paths = ["doctrine.general.assessment_s"]
distribution = "choice"
values = [5, 10]
weights = [1, 3]
[architecture.apart]
label = "apart"
share = "warning"
latency_s = 5
[architecture.sectors]
cells.left = { batteries = ["north"], sensors = ["eye"], share = "launch", latency_s = 1, \
classes = ["loud"], assets = ["area"], assign = 0.5 }
cells.right = { batteries = ["south"] }
links.left = { share = "warning", latency_s = 2, availability = 0.9 }
[architecture.joined]
join = "all"
share = "engage"
latency_s = 2
network = { availability = 0.9, fallback = "sectors" }
set = { "battery.north.reaction_s" = 3 }

[study]
over = { "battery.north.reaction_s" = [3, 5] }
case = { slow = { "battery.north.reaction_s" = 9 } }
option = { quick = { cost = 2, set = { "battery.north.reaction_s" = 1 } } }
"""


@pytest.fixture
def sketch() -> str:
    """The newcomer's scenario: a laydown, from the library."""
    return SKETCH


@pytest.fixture
def table() -> str:
    """An opportunity table without a library."""
    return TABLE


@pytest.fixture
def everything() -> str:
    """A scenario that uses every key of the format."""
    return EVERYTHING


@pytest.fixture
def assert_refused(tmp_path: Path) -> Callable[[str, str, str, str, str], None]:
    """Asserts that an edit of the sketch gives one fault: at the line that last holds `at`."""

    def check(old: str, new: str, at: str, key: str, message: str) -> None:
        assert old in SKETCH
        text = SKETCH.replace(old, new, 1)
        line = [n for n, words in enumerate(text.splitlines(), 1) if at in words][-1]
        with pytest.raises(InputError) as caught:
            loads(text, name="sketch.toml", base=tmp_path)
        # what follows from the fault may be reported below it: a class brings places and rounds
        first = [f for f in str(caught.value).splitlines() if f"{key}: " in f]
        assert len(str(caught.value).splitlines()) == 1, str(caught.value)
        assert len(first) == 1, str(caught.value)
        assert first[0].startswith(f"sketch.toml:{line}: {key}: ")
        assert message in first[0]

    return check
