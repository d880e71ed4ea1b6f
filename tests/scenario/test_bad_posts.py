"""Faults of command posts (rule 43, `post`): one clear line each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import mcdefense
from mcdefense import InputError

END = 'fallback = "separate" }\n'

# what it is, what in the sketch becomes what, text of the line named, key, part of the message
BAD = [
    (
        "a post that is nothing to fly at",
        END,
        'fallback = "separate", post = "moon" }\n',
        "moon",
        "architecture.integrated.network.post",
        "expected the name of an asset",
    ),
    (
        "a post that is no text",
        END,
        'fallback = "separate", post = 3 }\n',
        "post",
        "architecture.integrated.network.post",
        "got 3, expected",
    ),
    (
        "a post of an architecture without a joined cell",
        END,
        END + '[architecture.led]\npost = "battery.north"\n',
        "post",
        "architecture.led.post",
        "got a post without join, expected it in the table of a cell or of the network",
    ),
    (
        "a dead time without a loss",
        END,
        'fallback = "separate", dead_time_s = 5 }\n',
        "dead_time_s",
        "architecture.integrated.network.dead_time_s",
        "got a dead time without onset_s or post, expected one (it begins at the loss)",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "message"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_one_line_says_where_what_came_and_what_was_wanted(
    assert_refused: Callable[..., None], old: str, new: str, at: str, key: str, message: str
) -> None:
    assert_refused(old, new, at, key, message)


LAYDOWN = """
threat.m = {}
raid.w = { class = "m", count = 1, start_s = 0, asset = "battery.a" }
interceptor.x = {}
battery.a = { magazine = { x = 1 } }
battery.b = { magazine = { x = 1 } }
opportunities.rows = [
  { threat = "w", battery = "a", interceptor = "x", launch_s = 0, intercept_s = 9, sspk = 1 },
]
architecture.one.cells.A
"""


@pytest.mark.parametrize(
    ("cells", "key", "message"),
    [
        (
            '{ batteries = ["a"], post = "battery.a", assign = 0.5 }\n'
            'architecture.one.cells.B = { batteries = ["b"] }',
            "architecture.one.cells.A.post",
            "got a post beside assign, expected one of the two",
        ),
        (
            '{ batteries = ["a"], post = "battery.a" }\n'
            'architecture.one.cells.a = { batteries = ["b"] }',
            "architecture.one.cells.A.post",
            "got a post, expected none (cell 'a' has the name that a battery of this one would",
        ),
        (
            '{ batteries = ["a", "b"], post = "sensor.s" }',
            "architecture.one.cells.A.post",
            "got 'sensor.s', expected the name of an asset",
        ),
    ],
)
def test_faults_of_a_cells_post(cells: str, key: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        mcdefense.loads(LAYDOWN.replace("cells.A\n", f"cells.A = {cells}\n"))
    (fault,) = raised.value.faults
    assert (fault.key, message in fault.message) == (key, True), fault
    assert mcdefense.loads(
        LAYDOWN.replace("cells.A\n", 'cells.A = { batteries = ["a", "b"], post = "battery.a" }\n')
    )
