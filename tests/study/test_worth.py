"""What options are worth: exact where all is known, and what is refused."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

import mcdefense
from mcdefense.report.studies.worth import rounds_needed
from mcdefense.scenario import loads
from mcdefense.statistics import EACH_TRIED
from mcdefense.statistics.closed_forms import coordination, distribution
from mcdefense.study import Asked, OptionsWorth
from mcdefense.study.buying import in_proportion, stocks
from tests.support.command_line import command, names
from tests.support.pooled_sectors import pooled_or_sectors

ROOT = Path(__file__).parents[2]
SIZE = mcdefense.RunOptions(worlds=16, trials_per_world=2000)
T_15 = 2.131
"""Student's t of 15, of a 95 % interval over 16 worlds."""
SOUTH = "battery.south.magazine.shot"
ONE, BOTH = "battery.north.magazine.shot", "battery.*.magazine.shot"


def leak(architecture: str, north: int = 8, south: int = 8) -> float:
    """Exact leakers of ten threats."""
    if architecture == "pooled":
        return float(distribution.mean(coordination.pooled(10, north + south, 0.7)))
    return float(distribution.mean(coordination.sectors(10, (north, south), 0.7)))


@pytest.fixture(scope="module")
def found(sequence: Path) -> OptionsWorth:
    options: dict[str, dict[str, object]] = {
        "one": {ONE: 9, "cost": 2},
        "many": {BOTH: 12},
    }
    asked = Asked(interceptor="shot", more=8)
    return mcdefense.worth(sequence, options, asked=asked, run=SIZE)


def test_the_exact_worths() -> None:
    assert leak("pooled") - leak("pooled", 9) == pytest.approx(0.1227193585, abs=1e-10)
    apart = [leak("sectors", n, n) for n in (9, 10, 11)]
    assert apart == pytest.approx([0.6729991401, 0.4012645304, 0.2300787650], abs=1e-10)
    assert leak("pooled") == pytest.approx(0.2843368712, abs=1e-10)


def test_one_more_round(found: OptionsWorth) -> None:
    """At 4.5 standard errors, taken from the intervals of 16 worlds, of Student's t: one of four
    is false with probability 1.7e-3."""
    for name, (north, south) in {"one": (9, 8), "many": (12, 12)}.items():
        for a, architecture in enumerate(found.study.architectures):
            exact = leak(architecture) - leak(architecture, north, south)
            value, low, high = found.saved[name][a]
            assert low < value < high
            assert abs(value - exact) < 4.5 * (high - low) / (2 * T_15)
    one = found.options[0]
    assert (one.name, one.cost) == ("one", 2.0)
    assert found.options[1].cost is None


def test_joining_is_worth_six_rounds(found: OptionsWorth) -> None:
    """With 4 more the sectors leak .401, with 5 more .316, with 6 more .230, and pooled .284 as it
    is: each lies several standard errors off."""
    rounds = found.rounds
    assert rounds is not None
    assert leak("sectors", 11, 10) == pytest.approx(0.3156716477, abs=1e-10)
    assert rounds.tried == tuple(range(9))
    assert (rounds.low, rounds.at_least, rounds.value, rounds.high) == (6, 6, 6, 6)
    assert rounds.joined[1] < leak("pooled") < rounds.joined[2]


def test_a_number_between_two_that_were_tried_is_told_as_both(sequence: Path) -> None:
    """Of 40 more every fourth is tried: 4 are not enough and 8 are, so that it takes 5 to 8."""
    asked = Asked(interceptor="shot", more=40)
    rounds = mcdefense.worth(sequence, {}, asked=asked, run=SIZE).rounds
    assert rounds is not None
    assert rounds.tried == tuple(range(0, 41, 4))
    assert (rounds.low, rounds.at_least, rounds.value, rounds.high) == (5, 5, 8, 8)
    assert rounds_needed(rounds) == "5 to 8 (5 to 8)"


@pytest.mark.parametrize(
    ("held", "most", "tried"),
    [
        ((12, 24), 12, range(1, 13)),  # not 9 alone, which keeps the proportion
        ((12, 24), 4, range(1, 5)),
        ((8, 8), 16, range(2, 17, 2)),
        ((8, 8), 40, range(4, 41, 4)),
        ((20, 16), None, range(3, 37, 3)),
    ],
)
def test_enough_numbers_are_tried(held: tuple[int, int], most: int | None, tried: range) -> None:
    rounds = list(zip((ONE, SOUTH), held, strict=True))
    scenario = loads(pooled_or_sectors(), overrides=rounds)
    assert stocks(scenario, "shot", most)[1] == tuple(tried)


def test_every_number_is_tried_of_few() -> None:
    """Whatever the batteries hold, and not of one more, where they hold eight each."""
    for north, south in itertools.product(range(1, 12), repeat=2):
        scenario = loads(pooled_or_sectors(), overrides=[(ONE, north), (SOUTH, south)])
        for most in range(1, EACH_TRIED + 1):
            assert stocks(scenario, "shot", most)[1] == tuple(range(1, most + 1))
    scenario = loads(pooled_or_sectors())
    assert stocks(scenario, "shot", EACH_TRIED + 1)[1] == tuple(range(2, 17, 2))


def test_more_rounds_than_were_tried(sequence: Path) -> None:
    asked = Asked(interceptor="shot", more=4)
    rounds = mcdefense.worth(sequence, {}, asked=asked, run=SIZE).rounds
    assert rounds is not None
    assert (rounds.low, rounds.value, rounds.high, rounds.most) == (None, None, None, 4)


def test_options_bought_one_after_the_other(sequence: Path) -> None:
    """Of two single rounds and four at once the four come first. Then each round saves less than it
    did alone, since what is left to save is less. That is held against the exact at 4.5 standard
    errors of 16 worlds: false with probability 4.2e-4."""
    options: dict[str, dict[str, object]] = {
        "north": {ONE: 9},
        "four": {"battery.south.magazine.shot": 12},
    }
    asked = Asked(order=True, of="pooled")
    found = mcdefense.worth(sequence, options, asked=asked, run=SIZE)
    assert found.order is not None
    assert [bought.option.name for bought in found.order] == ["four", "north"]
    place = found.study.architectures.index("pooled")
    assert found.order[0].saved == found.saved["four"][place]
    value, low, high = found.order[1].saved
    exact = leak("pooled", 8, 12) - leak("pooled", 9, 12)
    assert abs(value - exact) < 4.5 * (high - low) / (2 * T_15)
    assert value < found.saved["north"][place][0] / 2


def test_rounds_are_laid_out_in_proportion() -> None:
    assert in_proportion({"a": 8, "b": 8}, 2) == {"a": 9, "b": 9}
    assert in_proportion({"a": 12, "b": 4}, 4) == {"a": 15, "b": 5}
    assert in_proportion({"a": 2, "b": 1}, 2) == {"a": 3, "b": 2}
    assert sum(in_proportion({"a": 5, "b": 7, "c": 11}, 10).values()) == 33


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "such as more=battery.NAME.magazine.ROUND=32,cost=4, or --rounds with the name"),
        (["--option", "x=cost=3"], "--option: x: got no PATH=VALUE"),
        (["--option", f"x=cost=0,{ONE}=9"], "--option: x: got the cost 0"),
        (["--option", f"x={ONE}=-9"], "got -9, expected a whole number"),
        (["--option", "x=battery.other.magazine.shot=9"], "the path matches nothing"),
        (
            ["--rounds", "dart"],
            "--rounds: got 'dart', expected the name of an interceptor in a magazine",
        ),
        (["--option", f"x={ONE}=9", "--most-rounds", "4"], "--most-rounds: got it without"),
        (["--option", f"x={ONE}=9", "--of", "none"], "--of: got 'none'"),
        (["--rounds", "shot", "--order"], "--order: got no option"),
        (["--order", "--option", f"x={ONE}=9", "--option", f"y={ONE}=10"], "changes"),
        (["--order", "--option", f"x={ONE}=9", "--option", f"y={BOTH}=10"], "changes"),
        (
            ["--order", "--option", f"x=cost=2,{ONE}=9", "--option", f"y={SOUTH}=9"],
            "--order: y: got no cost, expected one, since x has one",
        ),
        (
            ["--rounds", "shot", "--of", "pooled"],
            "--of: got pooled without --option, expected both: it buys them",
        ),
    ],
)
def test_bad_requests_are_refused(
    sequence: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = command("worth", sequence, "-o", tmp_path / "w.h5", *arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "path",
    [
        "sensor.kurecik.p_look=0.5",
        "battery.deveselu.channels=3",
        "battery.dev*.channels=3",
        "architecture.full.set.battery.redzikowo.channels=3",
        "sensor.redzikowo_radar.p_look=0.5",
    ],
)
def test_a_single_place_that_may_be_real_is_refused(path: str) -> None:
    done = command("worth", ROOT / "configs" / "eastern_flank.toml", "--option", f"x={path}")
    assert done.exit_code == 2
    assert "a place with a source, expected a fictional place" in done.stderr


def test_the_command_prints_it(sequence: Path, tmp_path: Path) -> None:
    size = ["--worlds", "4", "--trials-per-world", "200"]
    asked = ["--option", f"one=cost=2,{ONE}=9", "--rounds", "shot", "--most-rounds", "4", "--order"]
    done = command("worth", sequence, "-o", tmp_path / "w.h5", *asked, *size)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("NOTIONAL  sequence\n")
    for text in ("SAVED FOR A UNIT OF COST", "WHAT JOINING IS WORTH IN ROUNDS", "1. one: saves"):
        assert text in done.stdout
    assert "pooled: the most saved for its cost first\n" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert mcdefense.read_study(tmp_path / "w.h5").axes[0].values == ("base", "one")
    numbers = json.loads(command("worth", sequence, *asked, *size, "--json", "--quiet").stdout)
    assert numbers["rounds"]["tried"] == [0, 1, 2, 3, 4]
    assert set(numbers["options"]["one"]["saved"]) == {"sectors", "pooled"}


def test_who_buys_is_heeded_without_an_order_too(sequence: Path, tmp_path: Path) -> None:
    """Four more rounds in the north leave .605 leakers to sectors and .0239 to pooled rounds, one
    more there and two in the south .537 and .0467: 8,000 trials tell the nearer by six standard
    errors."""
    output = tmp_path / "w.h5"
    size = ("--worlds", "4", "--trials-per-world", "2000", "-o", output)
    options = ["--option", f"north={ONE}=12", "--option", f"both={ONE}=9,{SOUTH}=10"]
    done = command("worth", sequence, *options, "--of", "sectors", *size)
    assert "\n(most under sectors: both, +0.5" in done.stdout
    assert json.loads(command("show", output, "--json").stdout)["answer"]["of"] == "sectors"
    label = ["--set", "architecture.sectors.label=two sectors", "--of", "two sectors"]
    done = command("worth", sequence, *options[:2], *label, *size[:2], "--trials-per-world", "50")
    assert "\n(most under two sectors: north, " in done.stdout
    done = command("worth", sequence, *options, *size, "--force")
    assert "\n(most under pooled: north, +0.2" in done.stdout
    options = ["--option", f"north={ONE}=12", "--option", f"south={SOUTH}=9", "--order"]
    done = command("worth", sequence, *options, "--worlds", "4", "--trials-per-world", "200")
    assert "BOUGHT ONE AFTER THE OTHER, pooled: the most saved first\n" in done.stdout
