"""Command posts that leakers damage (rule 43, `post`), against enumeration (posts.py)."""

from __future__ import annotations

import pytest

import mcdefense
from mcdefense.statistics import Result
from tests.rules.posts import SEED, THREATS, Fights, State, counted, enumerated, hold, text

APART = """
[architecture.apart.cells]
a = { batteries = ["a"] }
b = { batteries = ["b"] }
"""


def joined(*_now: object) -> str:
    return "cell"


def apart(*_now: object) -> str:
    return "alone"


def then(after: Fights, dead_until: tuple[str, str] = ("m1", "a")) -> Fights:
    """Joined until the post is damaged, then as `after`; nobody fires before `dead_until`, a threat
    and the first battery that fires at it again."""

    def fights(state: State, wave: str, battery: str) -> str:
        if not state.damaged:
            return "cell"
        if (wave, battery) < dead_until:
            return "not"
        return after(state, wave, battery)

    return fights


def nothing(*_now: object) -> str:
    return "not"


NETWORKS = """
[architecture.stands]
join = "all"
[architecture.silent]
join = "all"
network = { post = "hq" }
[architecture.falls_back]
join = "all"
network = { post = "hq", fallback = "apart" }
[architecture.dead_time]
join = "all"
network = { post = "hq", fallback = "apart", dead_time_s = 65 }
[architecture.led]
join = "all"
post = "hq"
[architecture.both]
join = "all"
post = "hq"
network = { post = "hq", fallback = "apart", dead_time_s = 65 }
[architecture.unhurt]
extends = "falls_back"
losses = false
"""
EXACT: dict[str, Fights] = {
    "apart": apart,
    "stands": joined,
    "silent": then(nothing),
    "falls_back": then(apart),
    # The impact is at 50 s, a fires at m2 at 100 s, b at 120 s: from 115 s on apart fires.
    "dead_time": then(apart, ("m2", "b")),
    "led": then(apart),
    "both": then(apart, ("m2", "b")),
    "unhurt": joined,
}


@pytest.fixture(scope="module", params=[1.0, 0.5], ids=["certain", "half"])
def networks(request: pytest.FixtureRequest) -> tuple[Result, float]:
    """All architectures, where a leaker damages the post with this probability."""
    return counted(text(APART + NETWORKS, damage=request.param)), request.param


@pytest.mark.parametrize("architecture", EXACT)
def test_what_follows_on_the_damage_of_a_post(
    networks: tuple[Result, float], architecture: str
) -> None:
    """Leakers and rounds by enumeration of every way the looks and the damage can fall."""
    result, damage = networks
    hold(result, architecture, enumerated(EXACT[architecture], damage))


def test_the_cases_differ() -> None:
    """No two ends of the loss come to the same leakers and rounds, so that none can stand in for
    another."""
    ways = [enumerated(EXACT[name]) for name in ("apart", "stands", "silent", "led", "dead_time")]
    assert len({(round(leaked, 3), round(fired, 3)) for leaked, fired in ways}) == len(ways)


WINDOWS = """
[architecture.window]
join = "all"
post = "hq"
network = { availability = 0.4, onset_s = [20, 179.999], fallback = "apart" }
[architecture.from_start]
join = "all"
network = { availability = 0.4, post = "hq", fallback = "apart" }
[architecture.never_back]
join = "all"
network = { availability = 0.4, post = "hq" }
"""


def lost_at(onset_s: float, after: Fights) -> Fights:
    """Joined until an onset or the damage of the post at 50 s, then as `after`."""

    def fights(state: State, wave: str, battery: str) -> str:
        launch_s = 100 * THREATS.index(wave) + (20 if battery == "b" else 0)
        if state.damaged or launch_s >= onset_s:
            return after(state, wave, battery)
        return "cell"

    return fights


def mixed(*ways: tuple[float, Fights]) -> tuple[float, float]:
    """Leakers and rounds where each way has this chance."""
    ends = [(share, enumerated(fights)) for share, fights in ways]
    return sum(s * e[0] for s, e in ends), sum(s * e[1] for s, e in ends)


def test_a_post_beside_a_network_that_may_be_down() -> None:
    """The network is lost in six of ten trials, from the start or at an onset of 160,000 equally
    likely milliseconds, 80,000 of which come before a's launch at the second threat and 20,000 more
    before b's; in the others only with its post."""
    result = counted(text(APART + WINDOWS))
    up = (0.4, then(apart))
    hold(result, "from_start", mixed(up, (0.6, apart)))
    hold(result, "never_back", mixed((0.4, then(nothing)), (0.6, nothing)))
    early, between, late = (lost_at(at, apart) for at in (60, 110, 150))
    hold(result, "window", mixed(up, (0.3, early), (0.6 / 8, between), (0.6 * 3 / 8, late)))


def test_a_post_in_a_battery() -> None:
    """The first threat flies at battery a: its leaker takes the battery and the network with it."""
    architectures = """
[architecture.led]
join = "all"
network = { post = "battery.a", fallback = "apart" }
[architecture.silent]
join = "all"
network = { post = "battery.a" }
"""

    def without_a(state: State, _wave: str, battery: str) -> str:
        if state.damaged:
            return "not" if battery == "a" else "alone"
        return "cell"

    result = counted(text(APART + architectures, post="battery.a"))
    hold(result, "led", enumerated(without_a))
    hold(result, "silent", enumerated(then(nothing)))


def test_a_fallback_has_posts_of_its_own() -> None:
    """The network is down from the start, or lost at 10 s: the fallback's cell of both then ends
    with its own post; and the same where the network is up and nothing else happens."""
    architectures = """
[architecture.led]
join = "all"
post = "hq"
[architecture.joined]
join = "all"
network = { availability = 0, fallback = "led" }
[architecture.cut]
join = "all"
network = { availability = 0, onset_s = 10, fallback = "led" }
[architecture.cut_unhurt]
extends = "cut"
losses = false
"""
    result = counted(text(architectures))
    for name in ("led", "joined"):
        hold(result, name, enumerated(then(apart)))
    # Both batteries fire at the first threat in one look each: a before the loss, b after it, in a
    # cell that knows nothing of a's look.

    def cut(state: State, wave: str, battery: str) -> str:
        if wave == "m1":
            return "cell" if battery == "a" else "alone"
        return "alone" if state.damaged else "cell"

    hold(result, "cut", enumerated(cut))

    def cut_unhurt(_state: State, wave: str, battery: str) -> str:
        return ("cell" if battery == "a" else "alone") if wave == "m1" else "cell"

    hold(result, "cut_unhurt", enumerated(cut_unhurt))


def test_only_the_cell_that_is_led_from_a_post_ends() -> None:
    """Battery a's cell is led from the post; b's is not, and both fire by themselves anyway."""
    architectures = """
[architecture.one.cells]
a = { batteries = ["a"], post = "hq" }
b = { batteries = ["b"] }
"""
    result = counted(text(APART + architectures))
    hold(result, "one", enumerated(apart))
    tally = result.tally
    for name in ("leaked", "rounds_fired", "outcome"):
        both = tally[name] if name != "leaked" else tally[name][0]
        assert (both[0] == both[1]).all(), name


def test_worlds_with_and_without_a_leaker_at_the_post() -> None:
    """A wave that may fly at the town instead: half of the worlds have no row of the rule, and
    each gives what it gives beside the others."""
    wave = 'asset = "hq"'
    scenario = text(APART + NETWORKS).replace(wave, 'asset = ["hq", "town"]')
    loaded = mcdefense.loads(scenario)
    both = mcdefense.simulate(loaded, worlds=6, trials_per_world=200, seed=SEED)
    first = mcdefense.simulate(loaded, worlds=3, trials_per_world=200, seed=SEED)
    assert (both.tally["leaked"][:3] == first.tally["leaked"]).all()
    names = both.tally.axes.architecture
    flown_at = both.tally["live_at_asset"][:, both.tally.axes.asset.index("hq")] > 0
    assert 0 < flown_at.sum() < len(flown_at)
    stands = both.tally["leaked"][:, names.index("stands")]
    for name in EXACT.keys() - {"apart", "stands", "unhurt"}:
        alike = (both.tally["leaked"][:, names.index(name)] == stands).all(axis=-1)
        assert (alike == ~flown_at).all(), name
