"""What is lost with a command post, and links that fail, are told as risks in the answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense.preview.command import architecture_lines
from mcdefense.report import compared, screen, to_json
from mcdefense.report.brief import risks
from mcdefense.report.brief.options import options
from mcdefense.report.numbers import percent
from mcdefense.report.reading import Reading, read_result
from mcdefense.report.sides import Chosen
from mcdefense.statistics import Result, Side
from tests.rules.posts import SEED, text

ARCHITECTURES = """
[engagement]
compare = "both"
[architecture.apart]
[architecture.both]
join = "all"
post = "town"
network = { availability = 0.8, fallback = "apart", post = "hq", dead_time_s = 30 }
[architecture.cut]
join = "all"
network = { post = "hq" }
[architecture.led]
join = "all"
post = "hq"
[architecture.unhurt]
extends = "cut"
losses = false
[architecture.guarded]
join = "all"
network = { post = "battery.b" }
"""
LINKS = """
run = { worlds = 2, trials_per_world = 50, seed = 1 }
threat.m = {}
raid.m = { class = "m", count = 2, start_s = 0 }
sensor.far = {}
sensor.own = {}
interceptor.r = { remote = "engage" }
battery.n = { magazine = { r = 9 }, sensors = ["own"] }
tracks.rows = [
  { sensor = "far", threat = "m", time_s = 0, probability = 1 },
  { sensor = "own", threat = "m", time_s = 0, probability = 0.2 },
]
opportunities.rows = [
  { threat = "m", battery = "n", interceptor = "r", launch_s = 0, intercept_s = 10, sspk = 1 },
]
[engagement]
compare = "linked"
[architecture.apart]
[architecture.linked]
cells = { n = { batteries = ["n"] }, f = { sensors = ["far"] } }
links = { n = { availability = 0.6 }, f = {} }
[architecture.sure]
cells = { n = { batteries = ["n"] }, f = { sensors = ["far"] } }
links = { n = {}, f = {} }
"""
PAIR = ("guarded", "cut")
NOT_APART = (
    "How many threats leak because a post is lost is not counted apart: the answer above holds "
    "them, and an architecture that differs in losses = false alone leaves them out."
)


@pytest.fixture(scope="module")
def led() -> Result:
    loaded = mcdefense.loads(text(ARCHITECTURES))
    return mcdefense.simulate(loaded, worlds=2, trials_per_world=500, seed=SEED)


@pytest.fixture(scope="module")
def linked() -> Result:
    return mcdefense.simulate(mcdefense.loads(LINKS))


def comparing(result: Result, name: str) -> Reading:
    return read_result(replace(result, provenance={**result.provenance, "compare": name}))


def share_lost(reading: Reading, post: str) -> str:
    """The share of trials, as the counts have it, with the interval of the estimate."""
    a, names = reading.compare, reading.result.tally.axes.asset
    counted = reading.result.tally["asset_damaged"][a, names.index(post)]
    estimate = reading.estimate("p_asset_damaged", a, names.index(post))
    assert estimate.value == pytest.approx(counted / reading.trials)
    assert 0.05 < estimate.value < 0.95
    return percent(estimate, join=" to ")


def test_a_network_lost_with_its_post_is_not_said_to_never_fail(led: Result) -> None:
    reading = comparing(led, "cut")
    said = list(risks.risks(reading))
    assert said[:2] == [
        "The network of cut is led from hq, and is lost with it: hq is lost in "
        f"{share_lost(reading, 'hq')} % of the trials.",
        NOT_APART,
    ]
    assert not any("never failed" in one for one in said)


def test_a_cell_lost_with_its_post_is_told(led: Result) -> None:
    reading = comparing(led, "led")
    said = list(risks.risks(reading))
    assert said[:2] == [
        "Cell led of led is led from hq, and ends with it, so that each of its batteries fights by "
        f"itself: hq is lost in {share_lost(reading, 'hq')} % of the trials.",
        NOT_APART,
    ]
    assert not any("never failed" in one for one in said)


def test_losses_by_availability_are_told_apart_from_those_with_a_post(led: Result) -> None:
    reading = comparing(led, "both")
    first, second, third, fourth = list(risks.risks(reading))[:4]
    lost = led.tally["network_lost"][:, reading.compare].sum()
    assert lost
    assert first.startswith(
        f"By its availability alone the network of both is lost in {100 * lost / 1000:.1f} % of "
        "the trials. In these "
    )
    assert ", and in the others, in which it may be lost with hq, " in first
    assert second.startswith("The network of both is led from hq, and is lost with it: hq is lost")
    assert third.startswith("Cell both of both is led from town, and ends with it, so that each")
    assert fourth == NOT_APART


def test_what_could_not_be_lost_is_said_not_to_be_in_here(led: Result) -> None:
    said = list(risks.risks(comparing(led, "guarded")))
    assert said[0] == (
        "The network of guarded is led from battery.b, which no trial lost: that it may be is not "
        "in here."
    )
    said = list(risks.risks(comparing(led, "unhurt")))
    assert said[0] == "The network of unhurt never failed in any trial: that it may is not in here."


def test_an_option_says_with_what_it_is_lost(led: Result) -> None:
    said = dict(one.split(": ", 1) for one in options(read_result(led)))
    both = "one fire control over 2 batteries"
    assert said["both"] == (
        f"{both}; its network is down from the start in 20 % of the trials, and else lost with hq, "
        "from which it is led, once that is hit, nobody fires for 30 s, and then 'apart' takes "
        "over with the rounds that are left; cell both is led from town, and once that is hit each "
        "of its batteries fights by itself."
    )
    assert said["cut"] == (
        "as both; its network is lost with hq, from which it is led, once that is hit and then "
        "nobody fires."
    )
    assert said["unhurt"] == (
        "as both; its network is up in 100 % of the trials, and else nobody fires; no battery, "
        "sensor or post that is hit is lost."
    )


def test_numbers_and_comparisons_hold_the_losses(led: Result) -> None:
    reading = read_result(led)
    found = to_json(led)["posts_lost"]
    assert set(found) == {"both", "cut", "led", "guarded"}
    lost = found["both"]["network"]
    names = led.tally.axes.asset
    a = led.tally.axes.architecture.index("both")
    assert lost["post"] == "hq"
    assert lost["lost"] == reading.estimate("p_asset_damaged", a, names.index("hq")).as_json
    assert found["guarded"]["network"]["lost"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    sides = [Chosen(Path("led.h5"), Side(led, led.tally.axes.architecture.index(n))) for n in PAIR]
    both = compared(*sides)
    line = (
        "POSTS LOST, % OF TRIALS, guarded: network, at battery.b, 0\nPOSTS LOST, % OF TRIALS, cut"
    )
    assert (
        f"{line}: network, at hq, {share_lost(comparing(led, 'cut'), 'hq')}".replace(" to ", "..")
        in both.screen
    )
    assert both.numbers["compare"]["posts_lost"] == found["cut"]
    assert "(by its availability alone; one that is up may be lost with its post)" in screen(led)


def test_links_that_fail_are_told_and_are_no_network(linked: Result) -> None:
    said = list(risks.risks(comparing(linked, "linked")))
    fails = "that of n is up in 60 % of the trials"
    assert said[0] == (
        f"Links of linked fail: {fails}. What leaks while they are down is in the answer above."
    )
    assert not any("never failed" in one for one in said)
    described = dict(one.split(": ", 1) for one in options(comparing(linked, "linked")))
    alone = "1 battery under its own fire control"
    assert (
        described["linked"] == f"{alone}, linked with 1 cell of sensors; its links fail: {fails}."
    )
    assert described["sure"] == f"{alone}, linked with 1 cell of sensors."
    said = list(risks.risks(comparing(linked, "sure")))
    assert said[0] == "The links of sure never failed in any trial: that they may is not in here."


def test_check_says_that_links_fail_and_that_nothing_does() -> None:
    lines = architecture_lines(mcdefense.loads(LINKS))
    assert "  linked [compare]: links that fail one by one" in lines
    assert "  sure: no network that can fail" in lines


def test_what_has_neither_network_nor_link_is_said_to_have_none(linked: Result) -> None:
    turned = replace(linked, provenance={**linked.provenance, "baseline": "sure"})
    said = list(risks.risks(comparing(turned, "apart")))
    assert not any("never failed" in one for one in said)
    assert not np.any(linked.tally["network_lost"])
