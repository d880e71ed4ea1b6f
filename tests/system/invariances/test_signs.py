"""What theory says cannot hurt does not hurt in any trial, on common draws;
docs/explanation/paradoxes.md has cases in which more of the same does hurt, once a condition below
is dropped.

Exact. Leakers of a class under two architectures differ by D in a trial; whole numbers D are 0 or
1 in every trial if and only if D and its square have the same sum, which the tally tells.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.opportunity_table import Replay, cells, one_cell, split
from tests.system.invariances.one_program import replayed
from tests.system.invariances.random_tables import few

KINDS = ("m", "n")
"""Live classes, of one object each but where only their sum is claimed."""
CHANCES = st.sampled_from([0.2, 0.5, 0.8])


def saved(case: Replay, worse: str, better: str, kind: str) -> tuple[Fraction, Fraction]:
    """Mean over trials of the leakers that one architecture has more, and of their square."""
    more = case.mean_leakers(worse, kind) - case.mean_leakers(better, kind)
    squared = case.both_leak(worse, worse, kind) + case.both_leak(better, better, kind)
    return more, squared - 2 * case.both_leak(worse, better, kind)


def assert_better_in_every_trial(case: Replay, *worst_first: str) -> None:
    """From one architecture to the next no trial has more leakers of either class, and none has
    two fewer (which is part of the claim: where it fails, so does the test)."""
    for worse, better in pairwise(worst_first):
        for kind in KINDS:
            more, squared = saved(case, worse, better, kind)
            assert more == squared, (worse, better, kind, more, squared)


@st.composite
def shots(draw: Any, threats: tuple[str, ...], batteries: tuple[str, ...]) -> list[str]:
    """Lines of an opportunity table without SSPK: any threat, battery of x, time and flight, one
    line a launch."""
    some = st.tuples(
        st.sampled_from(threats), st.sampled_from(batteries), st.integers(0, 60), st.integers(1, 30)
    )
    rows = draw(st.lists(some, min_size=2, max_size=14, unique_by=lambda row: row[:3]))
    return [f"{n} {b} x {launch} {launch + flight}" for n, b, launch, flight in rows]


def first_only(rows: list[str], batteries: int) -> list[str]:
    """The first row of every threat and battery (or of every threat)."""
    return list({" ".join(row.split()[:batteries]): row for row in reversed(rows)}.values())


def three(text: str) -> dict[str, str]:
    """One architecture thrice, so that every case has two tables of kill probabilities."""
    return dict.fromkeys(("better", "better_2", "better_3"), text)


ONE_EACH = {kind: f'class = "{kind}", count = 1' for kind in KINDS}
DECOY = {"d": 'class = "d", count = 1'}
RAID = {**ONE_EACH, **DECOY, "m": 'class = "m", count = 3'}
SSPK = "interceptor.x.against = {m.sspk = 0.5, n.sspk = 0.6, d.sspk = 0.7}"
BETTER = (
    'set = {"interceptor.x.against.m.sspk" = 0.9, "interceptor.x.against.n.sspk" = 0.7, '
    '"interceptor.x.against.d.sspk" = 0.8}'
)


@few
@given(
    shots(("m", "m.1", "n", "d"), ("a",)),
    st.integers(0, 5),
    st.sampled_from(["even", "first_come"]),
    st.sampled_from(["salvo = [1]", "salvo = [2]", 'salvo = [2, 1], last_salvo = "rest"']),
    CHANCES,
)
def test_more_rounds_in_the_one_magazine(
    table: list[str], rounds: int, allot: str, salvo: str, err: float
) -> None:
    """One cell, one magazine, unlimited channels; several threats, looks that err, any salvos.
    With one round more all goes alike, on the same draws, until the smaller stock falls short.
    From then on that fires nothing, and the other one round: it may kill one threat more."""
    names = [f"rounds_{rounds + n}" for n in range(4)]
    case = replayed(
        shots="\n".join(table),
        raid=RAID,
        battery={"a": "magazine = {x = 1}"},
        architecture={
            name: one_cell("a") + f', set = {{"battery.a.magazine.x" = {rounds + n}}}'
            for n, name in enumerate(names)
        },
        doctrine={
            "fire": f"{salvo}, dead_called_alive = {err}, live_called_dead = {err}",
            "share": f'allot = "{allot}"',
        },
        more=SSPK,
    )
    assert_better_in_every_trial(case, *names)


@few
@given(
    shots(("m", "n", "d"), ("a",)),
    st.integers(1, 6),
    st.sampled_from(["even", "first_come"]),
    st.sampled_from(["salvo = [1]", "salvo = [2]"]),
)
def test_better_rounds_in_the_one_magazine(
    table: list[str], rounds: int, allot: str, salvo: str
) -> None:
    """One cell, one magazine, unlimited channels, looks that do not err. By induction over the
    list: the better rounds have left no threat alive that the worse have killed, and no fewer
    rounds in the magazine; so they fire at whatever lives no fewer rounds than the worse, and
    the draw that lets those kill lets them."""
    case = replayed(
        shots="\n".join(table),
        raid={**ONE_EACH, **DECOY},
        battery={"a": f"magazine = {{x = {rounds}}}"},
        architecture={"worse": one_cell("a"), **three(f"{one_cell('a')}, {BETTER}")},
        doctrine={"fire": salvo, "share": f'allot = "{allot}"'},
        more=SSPK,
    )
    assert_better_in_every_trial(case, "worse", "better")


@few
@given(
    shots(("m", "n", "d"), ("a", "b")),
    st.booleans(),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_better_rounds_at_a_single_look(
    table: list[str], apart: bool, rounds: int, channels: int
) -> None:
    """One opportunity a threat and cell, kills of others never seen: who fires what at whom
    depends on no outcome, so it is the same, and the better rounds kill whatever the worse do.
    Short magazines and channels, and several cells, change nothing."""
    architecture = split("a", "b") if apart else one_cell("a", "b")
    case = replayed(
        shots="\n".join(first_only(table, 2 if apart else 1)),
        raid={**ONE_EACH, **DECOY},
        battery=dict.fromkeys("ab", f"magazine = {{x = {rounds}}}, channels = {channels}"),
        architecture={"worse": architecture, **three(f"{architecture}, {BETTER}")},
        doctrine='others_kills_s = "never", salvo = [2]',
        more=SSPK,
    )
    assert_better_in_every_trial(case, "worse", "better")


@few
@given(shots(("m", "m.1", "n"), ("a",)), st.integers(1, 5), st.booleans())
def test_a_wider_reserve_for_the_class_it_protects(
    table: list[str], rounds: int, pooled: bool
) -> None:
    """One magazine, one opportunity a threat. By induction over the list, whoever keeps more from
    m has no fewer rounds left: where it alone fires at m, it has more than the other. So it fires
    at n wherever the other does, with the same luck. What is kept may be the battery's or the
    cell's."""
    widths = range(4)
    case = replayed(
        shots="\n".join(first_only(table, 1)),
        raid={**ONE_EACH, "m": 'class = "m", count = 3'},
        battery={"a": f"magazine = {{x = {rounds}}}"},
        architecture={
            f"kept_{n}": one_cell("a", name=f"cell_{n}")
            + ("" if pooled else f', set = {{"battery.a.reserve.x.m" = {n}}}')
            for n in widths
        },
        doctrine={"lots": "random = false"}
        | {
            f"keep_{n}": f'cells = ["cell_{n}"], classes = ["m"], pooled_reserve = {{x = {n}}}'
            for n in widths
            if pooled
        },
        more=SSPK,
    )
    for n in widths[1:]:
        more, squared = saved(case, f"kept_{n - 1}", f"kept_{n}", "n")
        assert more == squared, (n, more, squared)


@few
@given(shots(("m", "n"), ("a", "b")))
def test_a_larger_salvo_at_a_single_look(table: list[str]) -> None:
    """One opportunity a threat, rounds for all: one draw decides, whatever the salvo, and its
    limit grows with the rounds."""
    salvos = range(1, 5)
    case = replayed(
        shots="\n".join(first_only(table, 1)),
        raid=ONE_EACH,
        battery=dict.fromkeys("ab", "magazine = {x = 99}"),
        architecture={f"salvo_{n}": one_cell("a", "b", name=f"cell_{n}") for n in salvos},
        doctrine={
            f"fire_{n}": f'cells = ["cell_{n}"], classes = ["m", "n"], salvo = [{n}]'
            for n in salvos
        },
        more=SSPK,
    )
    assert_better_in_every_trial(case, *(f"salvo_{n}" for n in salvos))


@few
@given(shots(("m", "n"), ("a", "b")), st.integers(1, 3), st.integers(1, 2))
def test_another_cell_that_hears_nobody(table: list[str], rounds: int, channels: int) -> None:
    """A cell that sees no other's kills, and draws no lots, fires as if it were alone. So a
    second cell takes no shot from the first, and adds its own."""
    case = replayed(
        shots="\n".join(table),
        raid=ONE_EACH,
        battery=dict.fromkeys("ab", f"magazine = {{x = {rounds}}}, channels = {channels}"),
        architecture={
            "alone": cells(a='batteries = ["a"]', b='batteries = ["b"], classes = ["d"]'),
            "both": split("a", "b"),
        },
        doctrine={"blind": 'others_kills_s = "never"', "lots": "random = false"},
        more=SSPK,
    )
    assert_better_in_every_trial(case, "alone", "both")


@st.composite
def looks_apart(draw: Any) -> list[str]:
    """Looks at one object of each class that are over before the next begins (assessment 5 s)."""
    rows = []
    for kind in KINDS:
        time = 0
        for _ in range(draw(st.integers(1, 4))):
            launch = time + draw(st.integers(0, 8))
            intercept = launch + draw(st.integers(1, 9))
            rows.append(f"{kind} {draw(st.sampled_from('ab'))} x {launch} {intercept}")
            time = intercept + 5
    return rows


@few
@given(
    looks_apart(),
    st.sampled_from(["warning", "launch", "engage"]),
    st.tuples(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30)),
    CHANCES,
)
def test_another_sensor_and_less_latency(
    table: list[str], share: str, times: tuple[int, int, int], chance: float
) -> None:
    """No far sensor; one heard 9 s late, 3 s late, at once. It only adds true tracks, so each
    threat is tracked no later. Rounds and channels for all, looks that do not overlap nor err:
    each opportunity after the track is taken while the threat lives, so there are no fewer, and
    each has its own draw."""
    early, later, far = times
    tracks = [
        f"own {kind} {early} 0.1 0.4\nown {kind} {early + later} 0.5 0.9\nfar {kind} {far} {chance}"
        for kind in KINDS
    ]
    case = replayed(
        shots="\n".join(table),
        raid=ONE_EACH,
        battery=dict.fromkeys("ab", 'magazine = {x = 99}, sensors = ["own"]'),
        architecture={
            "without": one_cell("a", "b"),
            **{
                f"late_{s}": one_cell(
                    "a", "b", more=f'sensors = ["far"], share = "{share}", latency_s = {s}'
                )
                for s in (9, 3, 0)
            },
        },
        tracks="\n".join(tracks),
        doctrine="assessment_s = 5",
        more=f'{SSPK}\ninterceptor.x.remote = "engage"\nsensor.own = {{}}\nsensor.far = {{}}',
    )
    assert_better_in_every_trial(case, "without", "late_9", "late_3", "late_0")


def test_the_signs_can_fail() -> None:
    """The same comparison, the wrong way round: a better round looked at as a worse one."""
    case = replayed(
        shots="m a x 0 10\nn a x 0 10",
        raid=ONE_EACH,
        battery={"a": "magazine = {x = 2}"},
        architecture={"worse": one_cell("a"), **three(f"{one_cell('a')}, {BETTER}")},
        more=SSPK,
    )
    assert_better_in_every_trial(case, "worse", "better")
    assert 0 < saved(case, "worse", "better", "m")[0] < 1
    with pytest.raises(AssertionError):
        assert_better_in_every_trial(case, "better", "worse")
