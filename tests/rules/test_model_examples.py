"""Examples in the prose of docs/explanation/rules, replayed; see also tests/system/docs."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from mcdefense import loads, simulate
from tests.support.opportunity_table import assert_probability, one_cell, replay

RULES = Path(__file__).parents[2] / "docs" / "explanation" / "rules"
PROSE = " ".join(
    word for page in sorted(RULES.glob("*.md")) for word in page.read_text(encoding="utf-8").split()
)


def test_rule_19_shares_of_unequal_salvos_are_worked_out_anew() -> None:
    """5 rounds, salvos 1, 3, 3: 1 of a = 1 and r = 2, then 4 rounds for two, a = 2 and r = 0. In
    every trial, though the odd round is drawn: kept as 1 and 2, it would go to the others in
    two trials of three only."""
    assert "with 5 rounds for three threats whose salvos are 1, 3 and 3" in PROSE
    case = replay(
        shots="m a x 0 10 0\nn a x 0 10 0\nd a x 0 10 0",
        raid={k: f'class = "{k}", count = 1' for k in "mnd"},
        battery={"a": "magazine = {x = 5}"},
        architecture=one_cell("a"),
        doctrine={
            "all": "salvo = [3]",
            "small": 'classes = ["m"], salvo = [1]',
            "cell": 'cells = ["all"], random = true',
        },
    )
    assert [case.rounds(kind=kind) for kind in "mnd"] == [1, 2, 2]


ONE_THREAT = """
title = "One threat that nobody engages"
threat.m = {}
interceptor.x = {}
battery.a = {magazine = {x = 1}}
asset.port = {damage_probability = 0.4, value = 5}
asset.hill = {value = 7}
raid.m = {class = "m", count = 1, asset = "port", start_s = 0}
architecture.only = {cells = {all = {batteries = ["a"]}}}
opportunities.rows = [{threat = "m", battery = "a", interceptor = "x", launch_s = 0, \
intercept_s = 10, sspk = 0.0}]
"""


def test_rule_27_leakers_that_reach_and_leakers_that_damage() -> None:
    """One threat, damage probability .4: 10,000 reach, some 4,000 damage (false alarm 6e-5), and
    an asset of worth 5 is lost as often; an asset that nothing flies at is not."""
    assert "in all of 10,000 trials; with a `damage_probability` of 0.4" in PROSE
    result = simulate(loads(ONE_THREAT), worlds=1, trials_per_world=10_000, devices=1)
    port = result.tally.axes.asset.index("port")
    assert int(result["leakers_at_asset"][0, 0, port]) == 10_000
    damaging, damaged = (
        int(result[name][0, port]) for name in ("damaging_leakers", "asset_damaged")
    )
    assert damaging == damaged
    assert_probability(Fraction(damaging, 10_000), 0.4, 10_000)
    lost = 5 * damaged / 10_000
    assert result["expected_value_lost"][0] == lost
    assert result["expected_value_lost_low"][0] < 2.0 < result["expected_value_lost_high"][0]
    hill = result.tally.axes.asset.index("hill")
    assert result["p_asset_damaged"][0, hill] == 0
    assert 0 < result["p_asset_damaged_high"][0, hill] < 1e-3
