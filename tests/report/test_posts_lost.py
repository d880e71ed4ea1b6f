"""The screen tells how often the posts of the two architectures compared were lost."""

from __future__ import annotations

import mcdefense
from mcdefense.report import screen
from mcdefense.statistics import Result
from tests.rules.posts import SEED, text

ARCHITECTURES = """
[engagement]
baseline = "led"
compare = "both"
[architecture.led]
join = "all"
post = "hq"
[architecture.both]
join = "all"
post = "town"
network = { post = "hq" }
[architecture.apart]
"""


def ran(more: str) -> Result:
    return mcdefense.simulate(
        mcdefense.loads(text(ARCHITECTURES + more)), worlds=4, trials_per_world=500, seed=SEED
    )


def test_posts_of_the_two_compared_are_told_and_no_others() -> None:
    """The first threat leaks past two looks with 0.3 each, so in 9 % of the trials."""
    lines = screen(ran("[architecture.other]\njoin = 'all'\npost = 'hq'")).splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("POSTS LOST"))
    table = {line[:28].strip(): line[28:].split() for line in lines[begin + 1 : begin + 4]}
    assert set(table) == {"cell led, at hq", "network, at hq", "cell both, at town"}
    assert table["cell led, at hq"][-1] == table["network, at hq"][0] == "-"
    assert 6 < float(table["cell led, at hq"][0]) < 12


def test_no_line_where_no_post_can_be_lost() -> None:
    without = ran("").provenance
    assert "posts" in without
    plain = text("[architecture.one]\njoin = 'all'\n[architecture.apart]")
    result = mcdefense.simulate(mcdefense.loads(plain), worlds=2, trials_per_world=50, seed=SEED)
    assert "POSTS LOST" not in screen(result)
