"""Where the sign of the gain turns, in words: clear, all over the range, or not clear."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from mcdefense.report.driven import turn_shown, why_along
from mcdefense.statistics import Driven, Drivers, Share, Turn

TURN = Turn("live at airfield", 4.3, 2.3, 6.3, -1, clear=True, range_low=2.0, range_high=14.0)


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        (
            TURN,
            "joining pays from live at airfield = 4.3 (2.3 to 6.3), of 2.00 to 14.0 in all worlds",
        ),
        (
            replace(TURN, before=1),
            "joining pays up to live at airfield = 4.3 (2.3 to 6.3), of 2.00 to 14.0 in all worlds",
        ),
        (
            replace(TURN, value=nan, before=1),
            "joining pays all over the range of live at airfield, 2.00 to 14.0",
        ),
        (
            replace(TURN, clear=False),
            "joining pays from live at airfield = 4.30, of 2.00 to 14.0 in all worlds; so say the "
            "estimates, it is not clear at 95 %",
        ),
        (
            replace(TURN, value=nan, clear=False),
            "joining does not pay all over the range of live at airfield, 2.00 to 14.0; so say the "
            "estimates, it is not clear at 95 %",
        ),
    ],
)
def test_a_turn_in_words(turn: Turn, said: str) -> None:
    assert turn_shown(turn) == said


@pytest.mark.parametrize(
    ("stronger", "said"),
    [
        ((), ""),
        (
            ("raid plan",),
            ". It is the strongest input of numbers: raid plan is stronger, but its values have no "
            "order along which the sign could turn",
        ),
        (
            ("night", "raid plan"),
            ". It is the strongest input of numbers: night and raid plan are stronger, but their "
            "values have no order along which the sign could turn",
        ),
    ],
)
def test_why_an_input_that_is_not_the_strongest(stronger: tuple[str, ...], said: str) -> None:
    names = (*stronger, "live at airfield", "uncertainty.kill")
    shares = tuple(Share(name, "live", 0.2, 0.1, 0.3, 0.01) for name in names)
    gain = Drivers(shares, 1.0, 0.5, (0.2, 0.1, 0.3), 128)
    assert why_along(Driven((), gain, TURN, (), ())) == said
