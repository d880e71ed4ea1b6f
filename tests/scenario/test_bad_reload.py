"""Reloads that cannot be are refused, each in one message (rule 41, `reload`)."""

from __future__ import annotations

import pytest

import mcdefense
from mcdefense.errors import InputError

TEXT = """
threat.m = {}
raid.w = { class = "m", count = 1, start_s = 0 }
interceptor.x = {}
[battery.a]
magazine = { x = 1 }
reload.%s = { %s }
[opportunities]
rows = [
  { threat = "w", battery = "a", interceptor = "x", launch_s = 0, intercept_s = 5, sspk = 0.5 },
]
[architecture.one]
join = "all"
"""


@pytest.mark.parametrize(
    ("reload", "key", "message"),
    [
        ("rounds = 1", "", "got neither, expected one of: every_s, perhaps with from_s; at_s"),
        (
            "rounds = 1, every_s = 9, at_s = [9]",
            "",
            "got both, expected one of: every_s, perhaps with from_s; at_s",
        ),
        (
            "rounds = 1, at_s = [9], from_s = 9",
            ".from_s",
            "got from_s beside at_s, expected it with every_s",
        ),
        (
            "rounds = 0, every_s = 9",
            ".rounds",
            "got 0, expected a whole number of rounds, 1 or more (at most 16,000)",
        ),
        ("rounds = 1, every_s = 0", ".every_s", "got 0, expected a number from 0.001 to 1e+10"),
        (
            "rounds = 1, at_s = []",
            ".at_s",
            "got [], expected a list of 1 to 10,000 times of 0 or more that rise [s]",
        ),
        (
            "rounds = 1, at_s = [9, 9]",
            ".at_s",
            "got [9, 9], expected a list of 1 to 10,000 times of 0 or more that rise [s]",
        ),
        (
            "rounds = 1, at_s = [1e11]",
            ".at_s",
            "got [100000000000.0], expected a list of 1 to 10,000 times of 0 or more that rise [s]",
        ),
        (
            "rounds = 1, every_s = 9, stock = -1",
            ".stock",
            "got -1, expected a whole number of rounds, 0 or more (at most 1,000,000)",
        ),
        (
            "every_s = 9",
            ".rounds",
            "got nothing, expected rounds put in at a time; fewer where the magazine lacks the "
            "room, or the store the rounds",
        ),
    ],
)
def test_bad_reloads_are_refused(reload: str, key: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        mcdefense.loads(TEXT % ("x", reload))
    (fault,) = caught.value.faults
    assert (fault.key, fault.message) == (f"battery.a.reload.x{key}", message)


def test_only_what_is_loaded_is_filled_up() -> None:
    with pytest.raises(InputError) as caught:
        mcdefense.loads(TEXT % ("y", "rounds = 1, every_s = 9"))
    (fault,) = caught.value.faults
    assert fault.key == "battery.a.reload.y"
    assert fault.message.startswith("got 'y', expected the name of an interceptor of its magaz")
