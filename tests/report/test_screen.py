"""The screen says what the estimates say, in 80 columns, whatever the run was."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import numpy as np
import pytest

from mcdefense.report.numbers import percent, short, with_interval, with_margin
from mcdefense.report.reading import Interval, read_result
from mcdefense.report.screen import screen
from mcdefense.report.tables import TABLES
from mcdefense.statistics import OUTCOMES
from mcdefense.statistics.result import Result
from tests.support.raid_result import raid_result

RUNS: dict[str, dict[str, Any]] = {
    "usual": {},
    "one architecture, one class, one world": {"architectures": 1, "classes": 1, "worlds": 1},
    "no interceptor": {"interceptors": 0},
    "no network": {"network": False},
    "no leaker": {"scale": 0.0, "trials": 2000},
    "rare leakers": {"scale": 0.001, "trials": 2000},
    "all leak": {"scale": 99.0},
    "one trial": {"worlds": 1, "trials": 1},
    "decoys only": {"classes": 1, "decoys": 1},
    "sixteen architectures, eleven classes": {"architectures": 16, "classes": 11, "trials": 20},
    "long texts": {
        "title": "t" * 200,
        "labels": json.dumps({"separate": "s" * 90, "sectors": "two words " * 12}),
        "warnings": json.dumps(["w" * 200, "many words " * 30]),
    },
}


@pytest.mark.parametrize("by", [None, *TABLES])
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_every_line_has_at_most_80_columns(run: dict[str, Any], by: str | None) -> None:
    lines = screen(raid_result(**run), by).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("NOTIONAL  ")
    assert not [line for line in lines if line != line.rstrip()]
    assert not re.search(r"\bnan\b", "\n".join(lines), re.IGNORECASE)


def test_the_usual_answer_fits_one_screen() -> None:
    assert len(screen(raid_result()).splitlines()) <= 46


def test_the_headline_is_the_paired_difference() -> None:
    result = raid_result()
    value, low, high = (
        result.estimates[f"difference_expected_leakers{end}"][0] for end in ("", "_low", "_high")
    )
    assert high < 0  # compare minus baseline
    line = screen(result).splitlines()[3]
    assert line == (
        f"sectors against separate: {-value:.2f} ({-high:.2f} to {-low:.2f}) fewer leakers a raid"
    )


def test_the_pair_can_be_turned_round() -> None:
    forth = raid_result(baseline="separate", compare="sectors")
    back = raid_result(baseline="sectors", compare="separate")
    number = screen(forth).splitlines()[3].split(": ")[1]
    turned = screen(back).splitlines()[3]
    assert turned == f"separate against sectors: {number.replace('fewer', 'more')}"
    assert "helps 100 (83..100), hurts 0" in screen(forth)
    assert "hurts 100 (83..100)" in screen(back)
    one, other = read_result(forth), read_result(back)
    low, high = one.difference_band(0, 1)
    assert other.difference_band(1, 0) == (-high, -low)


def test_no_clear_difference_is_said() -> None:
    assert "no clear difference" in " ".join(screen(raid_result(scale=0.0)).split())
    assert "no clear difference" not in screen(raid_result())


def test_the_table_by_class_holds_the_estimates() -> None:
    result = raid_result()
    line = next(line for line in screen(result).splitlines() if line.startswith("cruise_missile"))
    places = [
        Interval(*(100 * result.estimates[f"leak_probability{end}"][a, 1] for end in ENDS))
        for a in (0, 1)
    ]
    for place in places:
        assert with_interval(place) in line
    change = 100 * result.estimates["difference_leak_probability"][0, 1]
    assert change < 0
    assert f"{change:.1f} ±" in line


ENDS = ("", "_low", "_high")


def test_the_ladder_names_every_architecture_in_order() -> None:
    names = ["separate", "sectors", "shared_warning", "shared_picture", "integrated"]
    text = screen(raid_result(architectures=5, ladder=json.dumps(names)))
    ladder = text[text.index("LADDER") :].splitlines()[1:7]
    assert [line.split()[0] for line in ladder[:5]] == names
    assert all("±" in line for line in ladder[1:5])
    assert "the one above it" in ladder[5]
    assert "AGAINST ONE BASELINE" not in text
    assert "LADDER" not in screen(raid_result(architectures=2))


def test_a_ladder_of_some_says_which_are_no_step() -> None:
    text = screen(raid_result(architectures=4, ladder='["sectors", "shared_picture"]'))
    lines = text[text.index("LADDER") :].splitlines()[1:8]
    assert [line.split()[0] for line in lines[:2]] == ["sectors", "shared_picture"]
    assert lines[4].startswith("BESIDE THE LADDER")
    assert [line.split()[0] for line in lines[5:]] == ["separate", "shared_warning"]
    assert "±" not in lines[5]  # the baseline itself
    assert "±" in lines[6]


def test_alternatives_that_are_no_ladder_are_compared_with_one_baseline() -> None:
    """No step is printed, and the rows are the differences to the baseline."""
    result = raid_result(architectures=4, baseline="sectors")
    text = screen(result)
    assert "LADDER" not in text
    lines = text[text.index("AGAINST ONE BASELINE") :].splitlines()[1:6]
    names = ["sectors", "separate", "shared_warning", "shared_picture"]
    assert [line.split()[0] for line in lines[:4]] == names
    assert "±" not in lines[0]
    reading = read_result(result)
    for line, name in zip(lines[1:4], names[1:], strict=True):
        place = result.tally.axes.architecture.index(name)
        change = reading.difference("difference_expected_leakers", 1, place)
        assert with_margin(change, 19) in line
    assert lines[4] == "(each row minus sectors: below 0 is fewer leakers)"


def test_dear_rounds_at_cheap_threats_are_counted() -> None:
    """Costs of the toy: drones .03, cruise missiles 1; rounds 1, 4 and .1."""
    result = raid_result(classes=2)
    fired = result.estimates["expected_rounds_fired"][1]
    expected = fired[:, 0].sum() + fired[1, 1]
    line = screen(result).split("ROUNDS A RAID")[1].splitlines()[2]
    assert line.split()[-1] == short(float(expected))
    without = screen(raid_result(classes=2, threat_costs=""))
    assert without.split("ROUNDS A RAID")[1].splitlines()[2].split()[-1] == "-"


def test_sections_that_have_nothing_to_say_are_left_out() -> None:
    assert "NETWORK LOST" in screen(raid_result())
    assert "NETWORK LOST" not in screen(raid_result(without="network"))
    assert "WHY THREATS LEAKED" not in screen(raid_result(scale=0.0))
    assert "ROUNDS A RAID" not in screen(raid_result(without="rounds"))


def test_causes_that_are_about_losses_say_what_was_lost() -> None:
    """Where one of them is met, and else not: trials whose network is lost have any cause."""
    network = "network: it was lost during the raid, and its fallback did not fire yet"
    hit = "lost: the battery, or every sensor that tracked the threat, had been hit by a leaker"
    result = raid_result()
    for by in (None, "cause"):
        assert result.tally["network_lost"].any()
        assert "did not fire yet" not in screen(result, by)
        for causes, said in ((("network",), network), (("network", "lost"), f"{network}; {hit}")):
            found = raid_result()
            for cause in causes:
                found.tally["outcome"][:, 0, OUTCOMES.index(cause)] = 1
            assert f" ({said}) " in f" {' '.join(screen(found, by).split())} "


def test_zero_leakers_have_a_width() -> None:
    text = screen(raid_result(scale=0.0, worlds=1, trials=1000))
    assert "0 (0..0.30)" in text  # 1 - .05^(1/1000) is .2991 %
    assert "100 (99.70..100)" in text


def test_warnings_come_last() -> None:
    told = "interceptor long_sam has no opportunity at any class present"
    text = screen(raid_result(worlds=2, trials=100, warnings=json.dumps([told])))
    assert text.splitlines()[-3:] == [
        f"! {told}",
        "! few trials (200): rare leaks are hardly seen",
        "! few worlds (2): the spread of the inputs is hardly seen",
    ]


def test_an_interceptor_that_never_fired_is_named() -> None:
    result = raid_result()
    result.tally.counts["rounds_fired"][:, :, 1] = 0
    never = "! interceptor low_terminal was never fired in any architecture"
    assert never in screen(result)
    result.provenance["warnings"] = json.dumps(["interceptor low_terminal_2 has no opportunity"])
    assert never in screen(result)
    result.provenance["warnings"] = json.dumps(["interceptor low_terminal has no opportunity"])
    assert never not in screen(result)


def test_a_raid_without_live_threats_is_said() -> None:
    warning = "! no threat was live in any trial: nothing could leak"
    assert warning in screen(raid_result(classes=1, decoys=1)).splitlines()
    assert warning not in screen(raid_result())


def test_many_architectures_leave_the_classes_of_the_others_to_a_table() -> None:
    many = screen(raid_result(architectures=6, classes=6)).splitlines()
    assert "(the other architectures by class: mcdefense show FILE --by class --all)" in many
    assert sum(line.startswith("LEAK PROBABILITY, %") for line in many) == 1
    assert len(many) <= 66
    few = screen(raid_result(architectures=4)).splitlines()
    assert sum(line.startswith("LEAK PROBABILITY, %") for line in few) == 2


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(ValueError, match="got 'sensor', expected one of asset, class"):
        screen(raid_result(), "sensor")


def test_tables_hold_the_counts() -> None:
    result = raid_result()
    tally, trials = result.tally, result.tally.trials
    by_asset = screen(result, "asset").splitlines()
    area = next(line for line in by_asset if line.startswith("area"))
    reached = [read_result(result).estimate("expected_leakers_at_asset", a, 0) for a in (0, 1)]
    cells = [cell.strip() for cell in area.split("  ") if cell.strip()]
    assert cells[1:3] == [with_interval(one, 20) for one in reached]
    wanted = tally["leakers_at_asset"].sum(axis=0)[:, 0] / trials
    assert [place.value for place in reached] == pytest.approx(wanted)
    by_battery = screen(result, "battery").splitlines()
    row = next(line for line in by_battery if line.startswith("south low_terminal"))
    fired = float(tally["rounds_fired"][0, 1, 1].sum()) / trials
    assert row.split()[2] == short(fired)
    of_battery = by_battery[by_battery.index(row) - 1].split()  # in the first of its rows
    assert [*of_battery[:2], of_battery[-1]] == [
        "south",
        "long_sam",
        short(100 * float(tally["denied"][0, 1]) / trials),
    ]
    assert row.split()[-1] == short(100 * float(tally["emptied"][0, 1, 1]) / trials)
    by_cause = screen(result, "cause")
    killed = [float(line.split()[-2]) for line in by_cause.splitlines() if line.startswith("all")]
    share = tally["outcome"][:, :, -1].sum(axis=1) / tally["live"].sum()
    assert killed[-1] == pytest.approx(100 * share[1], abs=0.06)


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        ((3.2141, 3.1881, 3.2401), "3.214 (3.188..3.240)"),
        ((3.21, 2.90, 3.52), "3.2 (2.9..3.5)"),
        ((3.21, 3.05, 3.37), "3.21 (3.05..3.37)"),
        ((0.0, 0.0, 0.0012), "0 (0..0.0012)"),
        ((0.38, 0.0, 46.0), "0.4 (0..46.0)"),
        ((0.01, -4.0, 4.0), "0.0 (-4.0..4.0)"),
        ((0.0, -4.0, 4.0), "0 (-4..4)"),
        ((1234.0, 1200.0, 1270.0), "1,234 (1,200..1,270)"),
        ((2.0, -np.inf, np.inf), "2.0 (-inf..inf)"),
        ((np.nan, np.nan, np.nan), "-"),
    ],
)
def test_digits_follow_the_interval(estimate: tuple[float, ...], expected: str) -> None:
    assert with_interval(Interval(*estimate)) == expected


def test_numbers_fit_their_width() -> None:
    assert with_interval(Interval(4.3e-5, 2.1e-5, 7.7e-5), 20) == "4e-5 (2e-5..8e-5)"
    assert percent(Interval(1.0, 0.99985, 1.0), 20) == "100 (99.985..100)"
    assert percent(Interval(0.5, 0.0, 1.0)) == "50 (0..100)"
    assert with_margin(Interval(-0.5, -0.75, -0.25)) == "-0.50 ±0.25"
    assert with_margin(Interval(0.5, 0.1, 0.9)) == "+0.5 ±0.4"
    assert with_margin(Interval(0, 0, 0)) == "0 ±0"
    assert with_margin(Interval(0.5, 0.0, 1.0)) == "+0.5 ±0.5"
    apart = Interval(-0.53, -0.98, -0.06)  # leaves out 0, which -0.5 ±0.5 touches
    assert with_margin(apart) == "-0.53 (-0.98..-0.06)"
    assert with_margin(apart, 16) == "-0.98 to -0.06"
    assert with_margin(apart, 13) == "-1.0 to -0.06"
    assert with_margin(apart, 11) == "-1 to -0.06"
    assert with_margin(apart.turned, join=" to ") == "+0.53 (0.06 to 0.98)"
    assert with_margin(Interval(0.004, 0.001, 0.007), 12) == "+4e-3 ±3e-3"
    small = Interval(0.012, 0.001, 0.023)
    assert with_margin(small, 13) == "+0.012 ±0.011"
    assert with_margin(small, 12) == "1e-3 to 2e-2"  # +0.01 ±0.01 would touch 0
    assert with_margin(small, 11) == "+0.01 ±0.01"
    tiny = Interval(-0.5, -0.99996, -0.00004)
    assert with_margin(tiny) == "-0.5 (-1.0..-4e-5)"
    for value, half in product((0.3, 12.0, 88.0), (0.0001, 0.01, 3.0)):
        assert len(percent(Interval(value / 100, value / 100 - half / 100, 0.9), 20)) <= 20


def test_a_lopsided_difference_shows_both_ends() -> None:
    """From 1.5 times as far to one side on: 4.5 above and 0.9 below would be `-1 ±5`."""
    assert with_margin(Interval(-0.8, -1.4, -0.4)) == "-0.8 ±0.6"
    lopsided = Interval(-1.5, -6.125, -0.625)
    assert with_margin(lopsided) == "-1.5 (-6.1..-0.6)"
    assert with_margin(lopsided, 17) == "-1.5 (-6.1..-0.6)"
    assert with_margin(lopsided, 13) == "-6.1 to -0.6"
    assert with_margin(lopsided, 10) == "-6 to -1"
    assert with_margin(lopsided.turned, 16) == "+1.5 (0.6..6.1)"
    assert with_margin(Interval(0.0, 0.0, 0.02), scale=100.0) == "0 (0..2.0)"


def test_a_result_without_provenance_can_be_shown() -> None:
    full = raid_result()
    text = screen(Result(full.tally, full.estimates))
    assert text.startswith("NOTIONAL  untitled\n")
