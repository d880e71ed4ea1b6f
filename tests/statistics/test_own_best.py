"""Rule 36, `own_best`: half of the worlds choose a variant, the other half tell what it is worth.

False alarms: exact comparisons but for a mean over 16,000 trials, held to 4 standard errors (6e-5).
"""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

import mcdefense
from mcdefense.errors import InputError
from mcdefense.report import to_json
from mcdefense.report.brief import words
from mcdefense.report.reading import read_result
from mcdefense.scenario import loads, uncertain_paths
from mcdefense.statistics import Result, between, own_best

PLAIN = """
title = "Two missiles, two batteries of one round"
threat.missile = {}
raid.missile = { class = "missile", count = 2, start_s = 0 }
interceptor.round = { against = { missile = { sspk = 1 } } }
battery.north = { magazine = { round = 1 } }
battery.south = { magazine = { round = 1 } }
doctrine.every = { random = false }
architecture.separate.variants.lots = { "doctrine.every.random" = true }
architecture.joined = { join = "all" }
[opportunities]
rows = [
  { threat = "missile", battery = "north", interceptor = "round", launch_s = 0, intercept_s = 10 },
  { threat = "missile", battery = "south", interceptor = "round", launch_s = 0, intercept_s = 10 },
]
"""


@pytest.fixture(scope="module")
def result() -> Result:
    return mcdefense.simulate(loads(PLAIN), worlds=8, trials_per_world=4000)


def test_the_best_variant_is_chosen_and_told_exactly(result: Result) -> None:
    """Both fire at one missile, or choose by lot: 1 or 0.5 leak, and joined none."""
    found = to_json(result)["own_best"]
    chosen = found["chosen"]["separate"]
    assert chosen["best"] == "separate_lots"
    assert chosen["even_worlds"]["separate"] == 1.0
    error = 4 * 0.5 / math.sqrt(16_000)
    assert chosen["odd_worlds"]["value"] == pytest.approx(0.5, abs=error)
    assert found["difference_expected_leakers"]["value"] == pytest.approx(-0.5, abs=error)
    assert list(found["chosen"]) == ["separate"]


def test_the_best_stand_below_the_headline(result: Result) -> None:
    """The headline is of separate as it is, of which one leaks for certain."""
    lines = mcdefense.screen(result).splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("joined against separate:"))
    change = to_json(result)["own_best"]["difference_expected_leakers"]
    low, value, high = (f"{-change[end]:.3f}" for end in ("high", "value", "low"))
    size = f"{value} ({low} to {high}) fewer leakers a raid"
    assert "1.0" in lines[place]
    below = " ".join(" ".join(lines[place + 1 : place + 3]).split())
    assert below == f"each at its own best, joined against separate_lots: {size}"
    assert f"joined against separate_lots, each the best: {size}" in " ".join(
        " ".join(lines).split()
    )


def test_the_brief_says_it_below_the_answer(result: Result) -> None:
    (said,) = words.at_their_best(read_result(result))
    size = -to_json(result)["own_best"]["difference_expected_leakers"]["value"]
    assert f"With each at its own best, joined against separate_lots: {size:.3f} (" in said
    plain = replace(result, provenance={**result.provenance, "variants": "{}"})
    assert list(words.at_their_best(read_result(plain))) == []


def test_where_no_variant_is_better_the_headline_stands(result: Result) -> None:
    """By lot is the better of the two: with it as the baseline, `separate` is a worse variant."""
    among = json.dumps({"separate_lots": ["separate_lots", "separate"]})
    known = {**result.provenance, "baseline": "separate_lots", "variants": among}
    turned = replace(result, provenance=known)
    text = " ".join(mcdefense.screen(turned).split())
    assert "each at its own best: no variant is better; the headline stands leakers a" in text
    assert "those of odd number tell what it is worth) (no variant is better; the" in text
    assert "each the best:" not in text
    (said,) = words.at_their_best(read_result(turned))
    assert "With each at its own best: no variant is better; the headline stands." in said
    found = to_json(turned)["own_best"]
    assert found["chosen"]["separate_lots"]["best"] == "separate_lots"
    assert found["difference_expected_leakers"]["value"] < 0


def test_what_leaks_more_at_its_best_is_said_to(result: Result) -> None:
    turned = replace(result, provenance={**result.provenance, "baseline": "joined"})
    turned.provenance["compare"] = "separate"
    text = " ".join(mcdefense.screen(turned).split())
    change = to_json(turned)["own_best"]["difference_expected_leakers"]
    assert change["value"] > 0
    told = f"separate_lots against joined: {change['value']:.3f} ("
    assert f"each at its own best, {told}" in text
    assert text.split(told)[1].split(") ")[1].startswith("more leakers a raid")


def test_even_worlds_choose_and_odd_worlds_tell(result: Result) -> None:
    leaked = result.tally["leaked"][:, :, -1] / 4000
    names = result.tally.axes.architecture
    a, b = names.index("separate"), names.index("separate_lots")
    choice = own_best(result, [a, b])
    assert choice is not None
    assert choice.on_even == pytest.approx((leaked[::2, a].mean(), leaked[::2, b].mean()))
    assert choice.on_odd[0] == pytest.approx(leaked[1::2, b].mean())
    assert choice.on_odd[1] < choice.on_odd[0] < choice.on_odd[2]


def test_what_won_by_luck_is_not_told_by_the_same_luck(result: Result) -> None:
    """Counts are turned round so that the first wins in even worlds alone: it is chosen, and its
    odd worlds are told, in which it is the worse of the two."""
    leaked = np.array(result.tally["leaked"])
    names = result.tally.axes.architecture
    a, b = names.index("separate"), names.index("separate_lots")
    leaked[::2, [a, b]] = leaked[::2, [b, a]]
    changed = type(result.tally)(result.tally.axes, {**result.tally.counts, "leaked": leaked})
    choice = own_best(Result(changed, {}, plan=result.plan), [a, b])
    assert choice is not None
    assert choice.chosen == a
    assert choice.on_odd[0] == pytest.approx(1.0)


def test_nothing_leaked_is_no_certain_difference(result: Result) -> None:
    """Without a leaker in either the difference is 0, and its interval has a width."""
    counts = dict(result.tally.counts)
    for name in ("leaked", "leakers_squared", "leakers_product", "leakers_live"):
        counts[name] = np.zeros_like(counts[name])
    clean = Result(type(result.tally)(result.tally.axes, counts), {}, plan=result.plan)
    one, other = own_best(clean, [0]), own_best(clean, [2])
    assert one is not None
    assert other is not None
    value, low, high = between(clean, one, other)
    assert value == 0.0
    assert low < 0 < high
    assert between(clean, one, one) == (0.0, 0.0, 0.0)


def test_one_world_chooses_nothing() -> None:
    single = mcdefense.simulate(loads(PLAIN), worlds=1, trials_per_world=10)
    assert own_best(single, [0, 1]) is None
    assert "OWN BEST: not chosen" in mcdefense.screen(single)
    assert to_json(single)["own_best"] == {"chosen": {}, "difference_expected_leakers": None}


def test_the_headline_is_of_what_the_file_names(result: Result) -> None:
    """A variant is no architecture that the file has, so it is never the default of compare."""
    only = PLAIN.replace("architecture.joined = ", "architecture.separate_not = ")
    assert loads(only).compare == "separate_not"
    alone = loads(PLAIN.replace('architecture.joined = { join = "all" }', ""))
    assert (alone.baseline, alone.compare) == ("separate", "separate")
    known = json.loads(str(result.provenance["variants"]))
    assert known == {"separate": ["separate", "separate_lots"]}


def test_a_draw_of_an_architecture_drives_its_variants() -> None:
    lots = 'variants = { lots = { "doctrine.every.random" = true } }'
    joined = f'{{ join = "all", network = {{ availability = 0.9 }}, {lots} }}'
    text = PLAIN.replace('joined = { join = "all" }', f"joined = {joined}")
    draw = 'paths = ["architecture.joined.network.availability"]\ndistribution = "uniform"'
    scenario = loads(f"{text}\n[uncertainty.up]\n{draw}\nlow = 0.5\nhigh = 1.0\n")
    assert uncertain_paths(scenario)["up"] == (
        "architecture.joined.network.availability",
        "architecture.joined_lots.network.availability",
    )


@pytest.mark.parametrize(
    ("variants", "complaint"),
    [
        ("lots = 3", "got 3, expected a table"),
        ("lots = {}", "got an empty table, expected values by path, as of set"),
        ("Lots = { x = 1 }", "got 'Lots', expected a name of small letters"),
        ('lots = { "doctrine.every.randum" = true }', "randum"),
        ('lots = { "raid.missile.count" = 3 }', "cannot differ between architectures"),
        ('lots = { "doctrine.every.salvo" = [-1] }', "got [-1]"),
    ],
)
def test_bad_variants_are_told_with_their_line(variants: str, complaint: str) -> None:
    text = f"{PLAIN}\n[architecture.third]\n[architecture.third.variants]\n{variants}\n"
    line = len(text.splitlines())
    with pytest.raises(InputError) as caught:
        loads(text, name="case.toml")
    messages = [str(fault) for fault in caught.value.faults]
    assert any(m.startswith(f"case.toml:{line}: ") and complaint in m for m in messages), messages


def test_a_variant_called_like_an_architecture_is_refused() -> None:
    with pytest.raises(InputError, match="architecture separate_lots, which is there already"):
        loads(PLAIN.replace("architecture.joined =", "architecture.separate_lots ="))
