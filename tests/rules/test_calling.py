"""Rules 12 and 13: delays before the first launch, calling."""

from __future__ import annotations

from fractions import Fraction

from tests.support.opportunity_table import (
    MANY,
    assert_probability,
    cells,
    one_cell,
    replay,
    split,
)

ONE = {"m": 'class = "m", count = 1'}


def test_rule_12_identification_and_reaction_delay_the_first_launch() -> None:
    """Track at 0 s, identification 3 s (class n: 7 s), reaction 2 s: launches from 5 s (9 s)."""
    case = replay(
        shots="m.0 a x 4.999 20 1\nm.1 a x 5 20 1\nn.0 a x 8.999 20 1\nn.1 a x 9 20 1",
        raid={"m": 'class = "m", count = 2', "n": 'class = "n", count = 2'},
        battery={"a": 'magazine = {x = 9}, reaction_s = 2, sensors = ["own"]'},
        tracks="own m 0 1\nown n 0 1",
        architecture=one_cell("a"),
        doctrine={"all": "identification_s = 3", "slow": 'classes = ["n"], identification_s = 7'},
        more="sensor.own = {}",
    )
    for kind in "mn":
        assert case.outcome(kind=kind) == {"not_tracked": 1, "killed": 1}


def test_rule_13_calling_is_one_draw_for_all_cells_and_architectures() -> None:
    """Cells call with 0.3, 0.6 and 0.6: v < p. In the architecture of both cells 0.3 and 0.6 the
    threat leaks if v >= 0.6; alone the cells leak 0.7 and 0.4, and what the readier cell lets
    through the other does too."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1\nm b x 0 10 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9}", "b": "magazine = {x = 9}"},
        architecture={
            "both": cells(wary='batteries = ["a"]', ready='batteries = ["b"]'),
            "wary": cells(wary='batteries = ["a"]', idle='batteries = ["b"], classes = ["n"]'),
            "ready": cells(ready='batteries = ["a"]', idle='batteries = ["b"], classes = ["n"]'),
        },
        doctrine={
            "wary": 'cells = ["wary"], called = 0.3',
            "ready": 'cells = ["ready"], called = 0.6',
        },
    )
    assert_probability(case.mean_leakers("wary"), 0.7, MANY)
    assert_probability(case.mean_leakers("ready"), 0.4, MANY)
    assert case.histogram("both") == case.histogram("ready")
    assert case.both_leak("wary", "ready") == case.mean_leakers("ready")
    assert set(case.outcome("wary")) == {"not_called", "killed"}


def test_rule_13_for_decoys_being_called_is_the_error() -> None:
    """Class value 0 or 1, doctrine overrides: a decoy never called draws no round, one always
    called draws one; decoys never leak."""
    case = replay(
        shots="d a x 0 10 1\nf a x 0 10 1",
        raid={"d": 'class = "d", count = 1', "f": 'class = "f", count = 1'},
        battery={"a": "magazine = {x = 9}"},
        architecture={"naive": one_cell("a", name="naive"), "sharp": one_cell("a", name="sharp")},
        doctrine={"sharp": 'cells = ["sharp"], classes = ["d"], called = 0'},
        more="threat.f.called = 0",
    )
    assert (case.rounds("naive", kind="d"), case.rounds("sharp", kind="d")) == (1, 0)
    assert case.rounds("naive", kind="f") == 0
    assert case.leakers("sharp", "d") == 0
    assert case.outcome("sharp", "d") == {}


def test_rule_13_a_threat_not_called_is_left_alone() -> None:
    """Called with 1/2: no round at the others."""
    case = replay(
        trials=MANY,
        shots="m a x 0 10 1",
        raid=ONE,
        battery={"a": "magazine = {x = 9}"},
        architecture=split("a"),
        more="threat.m.called = 0.5",
    )
    assert case.rounds() == 1 - case.mean_leakers()
    assert case.outcome()["not_called"] == case.mean_leakers() != Fraction(0)
    assert_probability(case.mean_leakers(), 0.5, MANY)
