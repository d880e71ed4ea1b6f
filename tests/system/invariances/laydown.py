"""A small laydown with every kind of flight and of place, and the same turned round the pole."""

from __future__ import annotations

import re

LAYDOWN = """\
title   = "Every kind of place"
library = "notional-1"
[asset.area]
at_deg = [50.0, 20.0]
[asset.town]
at_deg = [50.4, 20.6]
damage_probability = 0.5
[sensor.lookout]
class      = "airborne_radar"
at_deg     = [50.2, 21.0]
sector_deg = [70, 200]
[battery.north]
class    = "medium_sam"
at_deg   = [50.3, 20.2]
magazine = { medium_sam = 4 }
[battery.south]
class    = "long_sam"
at_deg   = [49.8, 20.1]
magazine = { long_sam = 3, low_terminal = 3 }
[raid.drones]
class     = "one_way_drone"
count     = [2, 4]
asset     = { area = 1, town = 2 }
from      = { box_deg = [[49.5, 21.5], [50.8, 22.5]] }
routes    = 4
arrival_s = [1000, 1500]
[raid.cruisers]
class         = "subsonic_cruise"
count         = 2
asset         = "battery.south"
from          = { at_deg = [50.9, 23.0] }
waypoints_deg = [[51.2, 22.0], [50.9, 21.0]]
arrival_s     = [1100, 1400]
arrival       = "poisson"
[raid.ballistic]
class     = "short_range_ballistic"
count     = 3
asset     = "area"
from      = { bearing_deg = [80, 100], range_km = [300, 400] }
routes    = 3
arrival_s = [1200, 1260]
[raid.glider]
class     = "hypersonic_glide"
count     = 1
asset     = "town"
from      = { bearing_deg = 60, range_km = 700 }
arrival_s = 1300
[uncertainty.skill]
paths = ["interceptor.*.against.*.sspk"]
as = "factor"
distribution = "uniform"
low = 0.8
high = 1.1
[architecture.separate]
[architecture.integrated]
join    = "all"
network = { availability = 0.8, fallback = "separate" }
"""

_NUMBER = r"-?\d+(?:\.\d+)?"
_PLACE = re.compile(rf"(\[ *{_NUMBER} *, *)({_NUMBER})( *\])")
_PLACES = re.compile(r"(?:at|box|waypoints)_deg *=.*")


def turned(text: str, by_deg: float) -> str:
    """The text with all places moved east by so many degrees, in [-180, 180)."""

    def east(place: re.Match[str]) -> str:
        longitude = (float(place[2]) + float(by_deg) + 180) % 360 - 180
        return f"{place[1]}{longitude!r}{place[3]}"

    return _PLACES.sub(lambda line: _PLACE.sub(east, line[0]), text)


def northward(text: str, by_deg: float) -> str:
    """The text with all places moved north by so many degrees."""
    latitude = re.compile(rf"\[ *({_NUMBER})(?= *,)")
    return _PLACES.sub(
        lambda line: latitude.sub(lambda found: f"[{float(found[1]) + by_deg!r}", line[0]), text
    )
