"""The screen by plan, what it says of plans that are missing, and from when on a network pays."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from mcdefense.report.as_json import to_json
from mcdefense.report.reading import read_result
from mcdefense.report.screen import screen
from mcdefense.statistics import Result, with_provenance
from tests.support.raid_result import raid_result


def plans_result(drawn: list[str], weights: dict[str, float], **more: str) -> Result:
    """A result whose worlds drew these plans."""
    result = raid_result(worlds=len(drawn))
    result = replace(result, plan=np.array(drawn, object))
    return with_provenance(result, plan_weights=json.dumps(weights), **more)


def test_the_table_by_plan_stands_beside_the_mixture() -> None:
    drawn = ["day", "night", "night", "day", "night", "night", "night", "night"]
    result = plans_result(drawn, {"day": 0.25, "night": 0.75})
    lines = screen(result, "plan").splitlines()
    table = lines[lines.index("") + 1 :]
    head = ["weight,%", "worlds", "live", "separate", "sectors", "difference"]
    assert table[0].split() == ["BY", "PLAN", *head]
    assert "only a difference is paired" in " ".join(" ".join(lines).split())
    assert [line.split()[:3] for line in table[1:4]] == [
        ["day", "25.0", "2"],
        ["night", "75.0", "6"],
        ["mixture", "100", "8"],
    ]
    told = to_json(result, "plan")["plans"]
    assert [told[name]["worlds"] for name in told] == [2, 6]
    means = [
        sum(told[name]["weight"] * told[name]["expected_leakers"][one]["value"] for name in told)
        for one in ("separate", "sectors")
    ]
    assert means == pytest.approx(result["expected_leakers"])
    assert not any(line.startswith("!") and "plan" in line for line in screen(result).splitlines())
    assert "as they were drawn" not in screen(result)


def test_the_table_says_how_many_live_threats_a_raid_of_each_plan_has() -> None:
    """Of its own worlds; that of the mixture by weight: (0.8 day + 0.2 night)."""
    result = plans_result(["day", "night", "night", "day"], {"day": 0.8, "night": 0.2})
    live, trials = (result.tally[name] for name in ("live", "trials"))
    live[[0, 3]] *= 3
    each = [live[rows].sum() / trials[rows].sum() for rows in ([0, 3], [1, 2])]
    rows = {line.split()[0]: line.split()[3] for line in screen(result, "plan").splitlines()[4:7]}
    expected = {"day": each[0], "night": each[1], "mixture": 0.8 * each[0] + 0.2 * each[1]}
    assert {name: float(text) for name, text in rows.items()} == pytest.approx(expected, rel=0.005)
    told = to_json(result, "plan")["plans"]
    assert [told[name]["live"] for name in ("day", "night")] == each


def test_long_names_leave_room_for_every_number() -> None:
    names = ["a_raid_with_a_very_long_name", "night"]
    result = plans_result(names * 4, dict.fromkeys(names, 0.5))
    lines = screen(result, "plan").splitlines()
    line = next(line for line in lines if line.startswith("a_raid"))
    assert len(line) == 80
    assert line.count("~") == 1


def test_plans_that_worlds_missed_are_warned_of() -> None:
    result = plans_result(["day"] * 5 + ["night"], {"day": 0.25, "night": 0.5, "dawn": 0.25})
    text = " ".join(screen(result).split())
    assert "! no world drew plan dawn, 25.0 % by weight: every estimate is of the other" in text
    assert "! a single world drew plan night, 50.0 % by weight: how worlds of it differ" in text
    assert "(of all worlds as they were drawn: plans do not count by their weights here)" in text
    dawn = next(line for line in screen(result, "plan").splitlines() if line.startswith("dawn"))
    assert dawn.split() == ["dawn", "25.0", "0", "-", "-", "-", "-"]


def test_a_file_without_weights_says_how_plans_count() -> None:
    text = " ".join(screen(plans_result(["day"] * 5 + ["night"], {})).split())
    assert "! the file knows no weights of plans, as it is of a format before 2.1" in text
    assert "(day 5, night 1)" in text


def test_the_break_even_availability_is_said() -> None:
    result = raid_result()
    ends = {"": 0.72, "_low": 0.6, "_high": 0.8}
    told = {f"break_even_availability{end}": np.full(1, x) for end, x in ends.items()}
    shown = replace(result, estimates={**result.estimates, **told})
    text = " ".join(screen(shown).split())
    assert "sectors pays from a network availability of 0.72 (0.60..0.80) on" in text
    assert read_result(shown).break_even(1, 0) is None
    even = to_json(shown)["headline"]["break_even_availability"]
    assert even == {"value": 0.72, "low": 0.6, "high": 0.8}
    for value, words in ((0.0, "pays at every availability"), (1.0, "does not pay at any")):
        one = {**result.estimates, "break_even_availability": np.full(1, value)}
        assert words in screen(replace(result, estimates=one))
    assert "availability" not in screen(raid_result(without="network"))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.3, -0.05, "sectors pays at every availability of its network saved"),
        (-0.1, -0.05, "sectors pays at every availability of its network saved"),
        (-0.09, -0.05, "at every availability of its network, by less than the margin saved"),
        (-0.3, 0.0, ""),
        (-0.09, 0.01, ""),
    ],
)
def test_it_pays_only_where_a_difference_is_clear(low: float, high: float, said: str) -> None:
    """Of a margin of .1 leakers: nothing is said to pay beside "no clear difference"."""
    result = raid_result()
    told = {"break_even_availability": 0.0}
    told |= {"difference_expected_leakers": (low + high) / 2}
    told |= {f"difference_expected_leakers{end}": x for end, x in (("_low", low), ("_high", high))}
    shown = replace(
        result,
        estimates={**result.estimates, **{name: np.full(1, x) for name, x in told.items()}},
    )
    text = " ".join(screen(shown).split())
    assert ("no clear difference" in text) == (high >= 0)
    assert said in text
    assert ("every availability" in text) == bool(said)
