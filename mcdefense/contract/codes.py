"""Codes and bounds that host and device share: what an integer in an array stands for."""

from __future__ import annotations

MODEL_VERSION = 3
"""To be raised by every change that gives other counts for the same scenario, size and seed:
runs of two versions are neither continued nor merged. 2: rule 31, `shooter`.
3: rule 39, `losses`."""
MAX_ROUNDS = 15
"""Most rounds fired at one opportunity, and owed at one time: four bits of the look's state."""
MAX_LOOKS = 15
"""Looks counted by a cell at one threat; later looks use the last salvo entry anyway."""
LOOKS_HAD = 3
"""Looks at a leaker that are told apart: none, one, two, or this many and more."""
NEVER = 32767
"""The rank after every time: an unkilled threat's death, an untracked threat's track."""
TRACK_TIMES = 16
"""Most times at which one sensor can gain one track."""

ALWAYS_TRACKED, NEVER_TRACKED = 0, 1
NO_FLAGS = 0
NO_CHANNEL_ROW = 0
NO_POOL = 0
NEVER_LOST = 0
TAKES_BATTERY, TAKES_SENSOR = 1, 2
"""What an impact takes that is counted over time."""

# What a failed toss does to the opportunities that share its row.
UNAVAILABLE, IN_VAIN, DOUBLE, NOT_CALLED, OUT_OF_PLAY = 1, 2, 4, 8, 16

COUNTERS = ("fired", "wasted", "engaged", "remote", "opened")
"""What is counted by account as it happens: rounds fired, rounds `wasted` (rule 28), engagements,
those on remote tracks, looks opened."""
ACCOUNT_SUMS = (*COUNTERS, "killed")
"""What is summed up by account at the end of a block, in this order."""

NO_NETWORK, FIRES_NOTHING = -1, -2
"""Instead of a fallback's index: the architecture has no network, or one that is lost during the
raid; nothing is fired without it."""
NO_ONSET = -1
"""Instead of orders: the architecture has no network that is lost during the raid."""
ONSET_BITS = 30
NO_LOSS = 1 << ONSET_BITS
"""The draw of an onset in a trial whose network is up: above all others."""

INLINE_EVEN, FIRST_COME, SHARED_OUT = 0, 1, 2
"""How rounds owed are found: even share of a burst of one opportunity, full salvo, its share."""

SHARE_BEGIN, SHARE_MAGAZINE, SHARE_BATTERY, SHARE_TEST, SHARE_COUNT, SHARE_EVEN, SHARE_SERVE = (
    range(7)
)
"""Kinds of the steps of sharing (rules 18 and 19: `sharing`, `random_sharing`)."""

CAUSES = (
    "no_opportunity",
    "unavailable",
    "not_tracked",
    "network",
    "lost",
    "not_called",
    "held",
    "no_decision",
    "no_channel",
    "no_magazine",
    "missed",
    "judged_dead",
)
"""Causes of a leaker in the order of rule 29 (`cause`); the last one met is the cause."""
(
    NO_OPPORTUNITY,
    CAUSE_UNAVAILABLE,
    CAUSE_NOT_TRACKED,
    CAUSE_NETWORK,
    CAUSE_LOST,
    CAUSE_NOT_CALLED,
    CAUSE_HELD,
    CAUSE_NO_DECISION,
    CAUSE_NO_CHANNEL,
    CAUSE_NO_MAGAZINE,
    CAUSE_MISSED,
    CAUSE_JUDGED_DEAD,
) = range(len(CAUSES))
OUTCOMES = (*CAUSES, "killed")
"""What became of a live threat (rule 29, `cause`): the causes of a leaker, then `killed`."""
CAUSE_KILLED = OUTCOMES.index("killed")
