"""Cases in which more is worse, each with both answers by hand; told in
docs/explanation/paradoxes.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.support.opportunity_table import Replay, cells, one_cell, split
from tests.system.invariances.one_program import replayed

NEVER_CALLED = 'classes = ["f"]'
"""Takes a cell out of play: no case has a friendly."""


@dataclass(frozen=True)
class Paradox:
    """`leakers` per raid by architecture, from the less to the more that the title names; `also`
    are further architectures. `most` bounds the leakers of a trial."""

    title: str
    case: dict[str, Any]
    leakers: dict[str, Fraction]
    most: int = 1
    also: dict[str, Fraction] = field(default_factory=dict)

    def played(self, trials: int) -> Replay:
        """The case in so many trials."""
        return replayed(trials=trials, **self.case)


def of(number: str) -> Fraction:
    """A decimal number, exactly."""
    return Fraction(number)


ONE = {"m": 'class = "m", count = 1'}

ANOTHER_BATTERY = Paradox(
    "Another battery",
    {
        "shots": "m poor x 0 50 0.2\nm good x 55 65 0.9",
        "raid": ONE,
        "battery": {"good": "magazine = {x = 1}", "poor": "magazine = {x = 1}"},
        "architecture": {
            "good": cells(a='batteries = ["good"]', b=f'batteries = ["poor"], {NEVER_CALLED}'),
            "joined": one_cell("good", "poor"),
            "apart": split("good", "poor"),
        },
    },
    leakers={"good": 1 - of(".9"), "joined": 1 - of(".2")},
    also={"apart": (1 - of(".9")) * (1 - of(".2"))},
)

ANOTHER_SENSOR = Paradox(
    "Another sensor",
    {
        "shots": "m a x 0 20 0.3\nm a x 40 50 0.9",
        "raid": ONE,
        "battery": {"a": 'magazine = {x = 1}, sensors = ["own"]'},
        "architecture": {
            "own": one_cell("a"),
            "early": one_cell("a", more='sensors = ["far"]'),
            "warned": one_cell("a", more='sensors = ["far"], share = "warning"'),
        },
        "tracks": "own m 30 1\nfar m 0 1",
        "more": 'sensor.own = {}\nsensor.far = {}\ninterceptor.x.remote = "engage"',
    },
    leakers={"own": 1 - of(".9"), "early": 1 - of(".3")},
    also={"warned": 1 - of(".9")},
)

_LINKED = cells(one='batteries = ["a"]', two='sensors = ["far"]')


def _link(share: str) -> str:
    return f'{_LINKED}, links = {{one = {{share = "{share}"}}, two = {{share = "{share}"}}}}'


A_BETTER_LINK = Paradox(
    "A link that licenses launches",
    {
        "shots": "m a x 5 45 0.3\nm a x 50 55 0.9",
        "raid": ONE,
        "battery": {"a": 'magazine = {x = 2}, sensors = ["own"]'},
        "architecture": {
            "warning": _link("warning"),
            "launch": _link("launch"),
            "unlinked": _LINKED,
        },
        "tracks": "own m 30 0 1\nfar m 0 1",
        "more": 'sensor.own = {}\nsensor.far = {}\ninterceptor.x.remote = "launch"',
    },
    leakers={"warning": 1 - of(".9"), "launch": 1 - of(".3")},
    also={"unlinked": of("1")},
)

A_LARGER_SALVO = Paradox(
    "A larger salvo",
    {
        "shots": "\n".join(f"m.{i} a x {20 * i} {20 * i + 10} 0.7" for i in range(4)),
        "raid": {"m": 'class = "m", count = 4'},
        "battery": {"a": "magazine = {x = 4}"},
        "architecture": {
            "salvo_1": one_cell("a", name="ones"),
            "salvo_2": one_cell("a", name="twos"),
        },
        "doctrine": {"d": 'cells = ["twos"], classes = ["m"], salvo = [2]'},
    },
    leakers={"salvo_1": 4 * (1 - of(".7")), "salvo_2": 2 * (1 - of(".7")) ** 2 + 2},
    most=4,
)

JOINING = Paradox(
    "Joining cells that fire twice",
    {
        "shots": "m a x 0 10 0.7\nm b x 0 10 0.7",
        "raid": ONE,
        "battery": {"a": "magazine = {x = 1}", "b": "magazine = {x = 1}"},
        "architecture": {
            "apart": split("a", "b"),
            "joined": one_cell("a", "b", name="ones"),
            "doubled": one_cell("a", "b", name="twos"),
        },
        "doctrine": {"d": 'cells = ["twos"], classes = ["m"], salvo = [2]'},
    },
    leakers={"apart": (1 - of(".7")) ** 2, "joined": 1 - of(".7")},
    also={"doubled": (1 - of(".7")) ** 2},
)

_EACH_ITS_OWN = cells(a='batteries = ["a"]', b='batteries = ["b"]')

SHARED_TRACKS = Paradox(
    "Shared tracks without shared fire control",
    {
        "shots": "\n".join(f"{n} {b} x 0 10 0.8" for n in "mn" for b in "ab"),
        "raid": {**ONE, "n": 'class = "n", count = 1'},
        "battery": {
            "a": 'magazine = {x = 1}, sensors = ["eye_a"]',
            "b": 'magazine = {x = 1}, sensors = ["eye_b"]',
        },
        "architecture": {
            "own": _EACH_ITS_OWN,
            "shared": f'{_EACH_ITS_OWN}, links = {{a = {{share = "engage"}}, '
            'b = {share = "engage"}}',
            "joined": one_cell("a", "b"),
        },
        "tracks": "eye_a m 0 1\neye_b n 0 1",
        "more": 'sensor.eye_a = {}\nsensor.eye_b = {}\ninterceptor.x.remote = "engage"',
    },
    leakers={"own": 2 * (1 - of(".8")), "shared": 2 * (1 - of(".8") / 2) ** 2},
    most=2,
    also={"joined": 2 * (1 - of(".8"))},
)

FASTER_ASSESSMENT = Paradox(
    "Faster assessment",
    {
        "shots": "m a x 0 10 0.5\nm a x 22 60 0.1\nm a x 55 65 0.9",
        "raid": ONE,
        "battery": {"a": "magazine = {x = 3}"},
        "architecture": {
            "in_20_s": one_cell("a", name="slow"),
            "in_10_s": one_cell("a", name="quick"),
        },
        "doctrine": {"d": 'cells = ["slow"], classes = ["m"], assessment_s = 20'},
    },
    leakers={
        "in_20_s": (1 - of(".5")) * (1 - of(".9")),
        "in_10_s": (1 - of(".5")) * (1 - of(".1")),
    },
)

_BOTH = one_cell("first", "second")
_SURER = f'{_BOTH}, set = {{"interceptor.x.against.m.sspk" = 0.9}}'

A_BETTER_ROUND = Paradox(
    "A better round",
    {
        "shots": "m first x 0 5\nm first x 20 25\nn first x 30 50 0.1\nn second x 45 55 0.9",
        "raid": {**ONE, "n": 'class = "n", count = 1'},
        "battery": {"first": "magazine = {x = 2}", "second": "magazine = {x = 1}"},
        # Thrice, since every case has two tables of kill probabilities.
        "architecture": {"k_5": _BOTH, "k_9": _SURER, "k_9_2": _SURER, "k_9_3": _SURER},
        "more": "interceptor.x.against.m.sspk = 0.5",
    },
    leakers={
        k: (1 - of(p)) ** 2 + of(p) * (1 - of(".1")) + (1 - of(p)) * (1 - of(".9"))
        for k, p in (("k_5", ".5"), ("k_9", ".9"))
    },
    most=2,
)

ANOTHER_CHANNEL = Paradox(
    "Another fire channel",
    {
        "shots": "n.0 a x 0 30 0.5\nn.1 a x 10 20 0.5\nm a x 40 50 0.9",
        "raid": {**ONE, "n": 'class = "n", count = 2'},
        "battery": {"a": "magazine = {x = 2}, channels = 1, reserve = {x = {n = 0}}"},
        "architecture": {
            "one": one_cell("a"),
            "two": f'{one_cell("a")}, set = {{"battery.a.channels" = 2}}',
            "kept": f'{one_cell("a")}, set = {{"battery.a.channels" = 2, '
            '"battery.a.reserve.x.n" = 1}',
        },
    },
    leakers={"one": (1 - of(".5")) + 1 + (1 - of(".9")), "two": 2 * (1 - of(".5")) + 1},
    most=3,
    also={"kept": (1 - of(".5")) + 1 + (1 - of(".9"))},
)

PARADOXES = (
    ANOTHER_BATTERY,
    ANOTHER_SENSOR,
    A_BETTER_LINK,
    A_BETTER_ROUND,
    A_LARGER_SALVO,
    ANOTHER_CHANNEL,
    FASTER_ASSESSMENT,
    SHARED_TRACKS,
    JOINING,
)
