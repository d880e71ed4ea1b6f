"""Scenarios that tests of several rooms start from: each builds and compiles in seconds."""

from __future__ import annotations

TABLE = """\
title = "Four threats, two shots each"
[run]
worlds = 2
trials_per_world = 200
[battery.site]
magazine = { round = 6 }
[interceptor.round]
against.warhead = { sspk = 0.8 }
[threat.warhead]
[raid.salvo]
class   = "warhead"
count   = 4
start_s = 0
[opportunities]
rows = [
  { threat = "salvo", battery = "site", interceptor = "round", launch_s = 0, intercept_s = 10 },
  { threat = "salvo", battery = "site", interceptor = "round", launch_s = 20, intercept_s = 30 },
]
[architecture.alone]
[architecture.together]
join = "all"
"""
"""A scenario whose worlds build at once; runs of it share one compiled program."""

LAYDOWN = """\
title   = "One area, two batteries: joined or apart?"
library = "notional-1"
[asset.area]
at_deg = [50.0, 20.0]
[sensor.lookout]
class  = "airborne_radar"
at_deg = [50.2, 21.0]
[battery.north]
class  = "medium_sam"
at_deg = [50.3, 20.2]
[battery.south]
class    = "long_sam"
at_deg   = [49.8, 20.1]
magazine = { long_sam = 16, low_terminal = 16 }
[raid.missiles]
class     = "subsonic_cruise"
count     = [4, 8]
from      = { bearing_deg = [40, 110], range_km = 300 }
arrival_s = [0, 600]
[raid.ballistic]
class     = "short_range_ballistic"
count     = 3
from      = { bearing_deg = 90, range_km = 400 }
arrival_s = [600, 660]
[uncertainty.skill]
paths = ["interceptor.*.against.*.sspk"]
as = "factor"
distribution = "uniform"
low = 0.8
high = 1.1
[architecture.separate]
[architecture.integrated]
join    = ["lookout", "north", "south"]
share   = "engage"
network = { availability = 0.95, fallback = "separate" }
"""
"""A scenario of positions, with values from the library."""
