"""Faults of a network that is lost during the raid: one clear line each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

END = 'fallback = "separate" }\n'

# what it is, what in the sketch becomes what, text of the line named, key, part of the message
BAD = [
    (
        "a dead time without an onset",
        END,
        'fallback = "separate", dead_time_s = 5 }\n',
        "dead_time_s",
        "architecture.integrated.network.dead_time_s",
        "got a dead time without onset_s or post, expected one",
    ),
    (
        "a dead time without a fallback",
        END,
        'fallback = "none", onset_s = 5, dead_time_s = 5 }\n',
        "dead_time_s",
        "architecture.integrated.network.dead_time_s",
        "got a dead time without a fallback, expected one",
    ),
    (
        "an onset that ends before it begins",
        END,
        'fallback = "separate", onset_s = [5, 4] }\n',
        "onset_s",
        "architecture.integrated.network.onset_s",
        "a window [opens, closes] that does not close before it opens",
    ),
    (
        "an onset in too long a window",
        END,
        'fallback = "separate", onset_s = [0, 2e6] }\n',
        "onset_s",
        "architecture.integrated.network.onset_s",
        "got a window longer than 1,000,000 s, expected less",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "message"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_one_line_says_where_what_came_and_what_was_wanted(
    assert_refused: Callable[..., None], old: str, new: str, at: str, key: str, message: str
) -> None:
    assert_refused(old, new, at, key, message)
