"""Values of the wrong kind, range or place: one clear line each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

JOINED = '[architecture.integrated]\njoin    = ["lookout", "north", "south"]\nshare   = "engage"'
END = 'fallback = "separate" }\n'

# what it is, what in the sketch becomes what, text of the line named, key, part of the message
BAD = [
    (
        "a preference twice",
        "[sensor.lookout]",
        "[engagement]\nprefer = ['cost', 'cost']\n[sensor.lookout]",
        "prefer",
        "engagement.prefer",
        "expected a list of 'cost', 'versatility' and 'file', each at most once and 'file' last",
    ),
    (
        "a preference after the file's order",
        "[sensor.lookout]",
        "[engagement]\nprefer = ['file', 'cost']\n[sensor.lookout]",
        "prefer",
        "engagement.prefer",
        "expected a list of 'cost', 'versatility' and 'file', each at most once and 'file' last",
    ),
    (
        "no looks kept",
        "[sensor.lookout]",
        "[doctrine.d]\nlooks_kept = 0\n[sensor.lookout]",
        "looks_kept",
        "doctrine.d.looks_kept",
        "got 0, expected a whole number of looks from 1 to 15",
    ),
    (
        "unknown key",
        "count     = 6",
        "cuont = 6\ncount = 6",
        "cuont",
        "raid.ballistic.cuont",
        "unknown key; did you mean 'count'?",
    ),
    (
        "unknown section",
        "[sensor.lookout]",
        "[snesor.x]\n[sensor.lookout]",
        "snesor",
        "snesor",
        "unknown key; did you mean 'sensor'?",
    ),
    (
        "wrong unit suffix",
        'class  = "airborne_radar"',
        'class = "airborne_radar"\nreach_m = 9',
        "reach_m",
        "sensor.lookout.reach_m",
        "did you mean 'reach_km'?",
    ),
    (
        "sspk of 1.2",
        END,
        END + "[interceptor.long_sam]\nagainst.one_way_drone.sspk = 1.2",
        "1.2",
        "interceptor.long_sam.against.one_way_drone.sspk",
        "got 1.2, expected a probability, a number from 0 to 1",
    ),
    (
        "negative magazine",
        "long_sam = 16",
        "long_sam = -4",
        "-4",
        "battery.south.magazine.long_sam",
        "got -4, expected a whole number of rounds, 0 or more",
    ),
    (
        "fraction of a round",
        "long_sam = 16",
        "long_sam = 1.5",
        "1.5",
        "battery.south.magazine.long_sam",
        "got 1.5, expected a whole number of rounds",
    ),
    (
        "nan",
        "at_deg = [50.3, 20.2]",
        "at_deg = [50.3, 20.2]\nreaction_s = nan",
        "nan",
        "battery.north.reaction_s",
        "got nan, expected a number, 0 or more",
    ),
    (
        "inf in a list",
        "[40, 110], range_km = 600",
        "[40, inf], range_km = 600",
        "inf]",
        "raid.drones.from.bearing_deg",
        "got [40, inf], expected a bearing",
    ),
    (
        "a bool for a number",
        "count     = 6",
        "count = true",
        "true",
        "raid.ballistic.count",
        "got true, expected a whole number",
    ),
    (
        "text for a number",
        "at_deg = [50.3, 20.2]",
        'at_deg = [50.3, 20.2]\nreaction_s = "5"',
        '"5"',
        "battery.north.reaction_s",
        "got '5', expected a number, 0 or more",
    ),
    (
        "latitude of 123",
        "[50.0, 20.0]",
        "[123.0, 20.0]",
        "123",
        "asset.area.at_deg",
        "got [123.0, 20.0], expected [latitude, longitude]",
    ),
    (
        "window that closes first",
        "[600, 660]",
        "[660, 600]",
        "[660, 600]",
        "raid.ballistic.arrival_s",
        "got [660, 600], expected a time",
    ),
    (
        "a billion threats",
        "count     = 6",
        "count = 1_000_000_000",
        "1_000",
        "raid.ballistic.count",
        "got 1000000000, expected a whole number from 0 to 20,000",
    ),
    (
        "too many in all",
        "count     = 6",
        "count = 19_990",
        "[raid.drones]",
        "raid",
        "got up to 20,030 objects, expected at most 20,000",
    ),
    (
        "missing history",
        END,
        END + "[history]\nfile = 'no.csv'",
        "no.csv",
        "history.file",
        "got 'no.csv', expected a file beside the scenario",
    ),
    (
        "absolute path",
        END,
        END + "[history]\nfile = '/etc/passwd'",
        "passwd",
        "history.file",
        "expected a path relative to the scenario",
    ),
    (
        "path upwards",
        END,
        END + "[history]\nfile = 'a/../../b.csv'",
        "b.csv",
        "history.file",
        "expected a path relative to the scenario",
    ),
    (
        "no origin",
        "from      = { bearing_deg = 90, range_km = 400 }",
        "",
        "[raid.ballistic]",
        "raid.ballistic.from",
        "got nothing, expected where the wave starts",
    ),
    (
        "no place",
        "at_deg = [50.3, 20.2]",
        "",
        "[battery.north]",
        "battery.north.at_deg",
        "got nothing, expected a place",
    ),
    (
        "half an origin",
        "bearing_deg = 90, range_km = 400",
        "bearing_deg = 90",
        "bearing_deg = 90",
        "raid.ballistic.from",
        "got no range_km beside bearing_deg",
    ),
    (
        "no count",
        "count     = 6\n",
        "",
        "[raid.ballistic]",
        "raid.ballistic.count",
        "got nothing, expected how many",
    ),
    (
        "a table expected",
        "[architecture.separate] ",
        "[architecture]\nseparate = 5 #",
        "separate = 5",
        "architecture.separate",
        "got 5, expected a table",
    ),
    (
        "bad name",
        "[asset.area]\n",
        "[asset.Area-1]\nat_deg = [0, 0]\n[asset.area]\n",
        "Area-1",
        "asset.Area-1",
        "expected a name of at most 64 small letters",
    ),
    (
        "word not in the list",
        'share   = "engage"',
        'share = "engag"',
        "engag",
        "architecture.integrated.share",
        "did you mean 'engage'?",
    ),
    (
        "assign over 1",
        JOINED,
        '[architecture.integrated]\ncells.a = { batteries = ["north"], assign = 0.7 }\n'
        'cells.b = { batteries = ["south"], assign = 0.5 }',
        "cells.a",
        "architecture.integrated.cells",
        "add up to 1.2, expected at most 1",
    ),
    (
        "uncertain out of range",
        END,
        END
        + "[uncertainty.u]\ndistribution = 'uniform'\nlow = 0\nhigh = 2\n"
        + "paths = ['sensor.*.p_look']\n",
        "distribution",
        "uncertainty.u.distribution",
        "from 0 to 2 for sensor.lookout.p_look, expected them within 0 to 1",
    ),
    (
        "unknown distribution",
        END,
        END + "[uncertainty.u]\ndistribution = 'btea'\na = 1\nb = 1\npaths = ['x']\n",
        "btea",
        "uncertainty.u.distribution",
        "did you mean 'beta'?",
    ),
    (
        "doctrine key of a cell",
        END,
        END + "[doctrine.d]\nclasses = ['aircraft']\nburst_s = 5",
        "burst_s",
        "doctrine.d.burst_s",
        "got it beside classes",
    ),
    (
        "set out of range",
        END,
        END + "set.battery.north.reaction_s = -5",
        "-5",
        "architecture.integrated.set.battery.north.reaction_s",
        "got -5, expected a number, 0 or more",
    ),
    (
        "time that no clock counts",
        "at_deg = [50.3, 20.2]",
        "at_deg = [50.3, 20.2]\nreaction_s = 1e16",
        "1e16",
        "battery.north.reaction_s",
        "got 1e+16, expected a number, 0 or more (at most 1e+10)",
    ),
    (
        "round the Earth",
        "range_km = 600",
        "range_km = 30_000",
        "30_000",
        "raid.drones.from.range_km",
        "got 30000, expected a range above 0 (at most 20,000)",
    ),
    (
        "speed of nothing",
        END,
        END + "[threat.one_way_drone]\nspeed_kms = 1e-9",
        "1e-9",
        "threat.one_way_drone.speed_kms",
        "got 1e-09, expected a speed from 0.001 to 300,000 km/s",
    ),
    *(
        (
            f"flyout {what}",
            END,
            END + f"[interceptor.long_sam]\nflyout = {table}",
            "flyout",
            "interceptor.long_sam.flyout",
            "expected a table [[range_km, time_s], ...] of at least two rows that rise in both",
        )
        for what, table in (
            ("in no time", "[[0, 0], [10, 15], [20, 15]]"),
            ("from nowhere", "[[0, 5], [10, 15]]"),
        )
    ),
    (
        "escape code",
        JOINED,
        JOINED + '\nlabel = "a\\u001b[31m"',
        "u001b",
        "architecture.integrated.label",
        "without control characters",
    ),
    (
        "line break in the title",
        'title   = "One area, two batteries: joined or apart?"',
        'title = "One\\ntwo"',
        "title",
        "title",
        "got 'One\\ntwo', expected text in quotes, on one line",
    ),
    (
        "line break in a name",
        "[raid.drones]",
        '["raid"."drones\\n"]',
        '["raid"."drones',
        'raid."drones\\n"',
        "expected a name of at most 64 small letters",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "message"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_one_line_says_where_what_came_and_what_was_wanted(
    assert_refused: Callable[..., None], old: str, new: str, at: str, key: str, message: str
) -> None:
    assert_refused(old, new, at, key, message)
