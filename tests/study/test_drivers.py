"""The drivers of a run through an opportunity table: exact, and as SciPy's Sobol indices."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense.errors import InputError
from tests.support.command_line import command
from tests.support.small_scenarios import LAYDOWN

TWO_LOOKS = """\
title = "One threat, two looks"
run = { worlds = 2048, trials_per_world = 200, seed = 5 }
[threat.missile]
[raid.single]
class = "missile"
count = 1
start_s = 0
[interceptor.first]
against.missile = { sspk = 0.5 }
[interceptor.second]
against.missile = { sspk = 0.5 }
[battery.site]
magazine = { first = 1, second = 1 }
[battery.spare]
magazine = { second = 1 }
[opportunities]
rows = [
  { threat = "single", battery = "site", interceptor = "first", launch_s = 0, intercept_s = 10 },
  { threat = "single", battery = "site", interceptor = "second", launch_s = 20, intercept_s = 30 },
]
[uncertainty.first]
paths = ["interceptor.first.against.missile.sspk"]
as = "value"
distribution = "uniform"
low = 0.2
high = 0.8
[uncertainty.second]
paths = ["interceptor.second.against.missile.sspk"]
as = "value"
distribution = "uniform"
low = 0.4
high = 0.6
[uncertainty.unused]
paths = ["battery.spare.reaction_s"]
as = "value"
distribution = "uniform"
low = 1
high = 5
[architecture.alone]
[architecture.together]
join = "all"
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("looks") / "looks.h5"
    mcdefense.write(mcdefense.simulate(mcdefense.loads(TWO_LOOKS)), path)
    return path


def test_the_shares_are_sobols(file: Path) -> None:
    """At 4.5 standard deviations as simulated for 2,048 worlds (.0057, .013, .0019): false with
    probability 2e-5."""
    from scipy.stats import sobol_indices, uniform

    indices = sobol_indices(
        func=lambda k: (1 - k[0]) * (1 - k[1]),
        n=2**14,
        dists=[uniform(0.2, 0.6), uniform(0.4, 0.2)],  # type: ignore[list-item]
        rng=np.random.default_rng(1),
    )
    found = mcdefense.drivers(file).driven
    assert len(found.leakers) == 2
    for one in found.leakers:
        shares = {share.name: share for share in one.shares}
        for name, exact, error in zip(
            ("first", "second"), indices.first_order, (0.0057, 0.013), strict=True
        ):
            assert shares[f"uncertainty.{name}"].value == pytest.approx(exact, abs=4.5 * error)
        interaction = 1 - float(indices.first_order.sum())
        assert one.remainder[0] == pytest.approx(interaction, abs=4.5 * 0.0019)
        assert not shares["uncertainty.unused"].is_seen
    assert found.gain is not None
    assert found.gain.shares == ()  # both architectures fire the same shots


def test_the_command_prints_them(file: Path) -> None:
    done = command("drivers", file)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("NOTIONAL  One threat, two looks\n")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stdout.count("uncertainty.unused") == 1
    said = " ".join(done.stdout.split())
    assert re.search(
        r"No effect seen in any table in 2,048 worlds, which may miss a share of up to 1 %: "
        r"uncertainty\.unused\.",
        said,
    )
    assert "inert" not in said.lower()
    assert "which input is first" not in said  # .889 against .099 with 2,048 worlds
    assert "worlds differ by no more than their trials' chance" in done.stdout
    numbers = json.loads(command("drivers", file, "--json").stdout)
    shares = numbers["drivers"]["leakers, alone"]["shares"]
    assert shares["uncertainty.first"]["value"] > shares["uncertainty.second"]["value"]
    assert shares["uncertainty.unused"]["seen"] is False
    assert shares["uncertainty.first"]["direction"] == -1
    row = next(line for line in done.stdout.splitlines() if "  uncertainty.first " in line)
    assert row.endswith(" fewer leakers")


def test_what_architectures_share_is_said_once(file: Path) -> None:
    """Both fire the same shots, so that one table speaks for both."""
    screen = command("drivers", file).stdout
    assert screen.count("DRIVERS of leakers, ") == 1
    assert screen.count("uncertainty.first ") == 1
    said = (
        "  the same drivers, no share more than 5 points apart, of:\n"
        "    leakers, alone: 0.251 in the mean, 0.0923 from world to world\n"
    )
    assert said in screen
    assert screen.count("uncertainty.unused") == 1


def test_an_architecture_with_other_drivers_has_a_table_of_its_own() -> None:
    """Joined, the battery holds its fire until it is too late for the first look, so that the
    second alone decides there; and what is not seen there is seen elsewhere."""
    text = f"{TWO_LOOKS}\n[doctrine.late]\ncells = ['together']\nidentification_s = 10\n"
    result = mcdefense.simulate(mcdefense.loads(text), worlds=256, trials_per_world=200)
    screen = mcdefense.drivers(result).screen
    together, alone = screen.split("DRIVERS of leakers, ")[1:]
    assert "the same drivers" not in screen
    assert re.search(r"no effect seen in 256 worlds, [^:]*:\s+uncertainty\.first\n", together)
    assert "uncertainty.first  " in alone
    assert re.search(r"\nNo effect seen in any table [^:]*:\s+uncertainty\.unused\.\n", alone)


def test_progress_is_told_to_the_end(file: Path) -> None:
    told: list[tuple[int, int]] = []
    mcdefense.drivers(file, progress=lambda done, of: told.append((done, of)))
    steps = told[-1][1]
    assert told[-1] == (steps, steps)
    assert {of for _, of in told} == {steps}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) > 100


def test_live_threats_are_counted_by_asset() -> None:
    """Each world's live threats by asset are those of its classes, and drive the leakers."""
    text = """\
[asset.town]
at_deg = [50.0, 20.0]
[asset.port]
at_deg = [50.0, 21.0]
[threat.missile]
[raid.many]
class = "missile"
count = [2, 9]
asset = { town = 1, port = 2 }
start_s = 0
[interceptor.round]
against.missile = { sspk = 0.5 }
[battery.site]
magazine = { round = 40 }
[opportunities]
rows = [
  { threat = "many", battery = "site", interceptor = "round", launch_s = 0, intercept_s = 10 },
]
[architecture.alone]
"""
    result = mcdefense.simulate(mcdefense.loads(text), worlds=300, trials_per_world=50)
    tally = result.tally
    assert np.array_equal(tally["live_at_asset"].sum(1), tally["live"].sum(1))
    assert len(np.unique(tally["live_at_asset"][:, 0])) > 3
    (found,) = mcdefense.drivers(result).driven.leakers
    shares = {share.name: share.value for share in found.shares}
    assert shares["live missile"] > 0.97
    assert 0 < shares["live at town"] < shares["live at port"] < shares["live missile"]


def test_worlds_that_say_too_little_are_refused(tmp_path: Path) -> None:
    scenario = mcdefense.loads(TWO_LOOKS)
    few = "expected 8 or more"
    sizes = {(4, 10): f"got 4 worlds, {few}", (1, 40): f"got 1 world, {few}", (20, 1): "one trial"}
    for size, message in sizes.items():
        result = mcdefense.simulate(scenario, worlds=size[0], trials_per_world=size[1])
        with pytest.raises(InputError, match=message):
            mcdefense.drivers(result)
        path = tmp_path / f"{size[0]}.h5"
        mcdefense.write(result, path)
        done = command("drivers", path)
        assert done.exit_code == 2
        assert message in done.stderr


def test_an_architecture_against_itself_has_no_gain() -> None:
    """As files have it that are older than the refusal: the leakers have drivers still, and the
    screen says why the gain has none."""
    result = mcdefense.simulate(mcdefense.loads(TWO_LOOKS), worlds=64, trials_per_world=50)
    same = {**result.provenance, "baseline": "alone", "compare": "alone"}
    found = mcdefense.drivers(replace(result, provenance=same))
    assert found.driven.gain is None
    assert len(found.driven.leakers) == 2
    assert found.driven.left_out == ("the gain: alone is baseline and compare at once",)
    assert "left out: the gain: alone is baseline and compare at once" in found.screen


def test_an_error_of_ours_is_not_told_as_too_few_worlds(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object) -> None:
        raise ValueError("a mistake")

    monkeypatch.setattr("mcdefense.report.driven.driven", wrong)
    with pytest.raises(ValueError, match="a mistake"):
        mcdefense.drivers(file)


def test_a_single_place_that_may_be_real_is_no_input() -> None:
    """Neither what is flown at it nor a draw that moves it alone; others in the same run are."""
    text = LAYDOWN.replace("[battery.north]\n", '[battery.north]\nsource = "public"\n')
    text = text.replace(
        "[raid.ballistic]\n", '[raid.ballistic]\nasset = { area = 1, "battery.north" = 1 }\n'
    )
    wide = 'as = "value"\ndistribution = "uniform"\nlow = 1\nhigh = 20\n'
    text += f'\n[uncertainty.one]\npaths = ["battery.north.reaction_s"]\n{wide}'
    text += f'\n[uncertainty.both]\npaths = ["battery.*.hold_s"]\n{wide}'
    result = mcdefense.simulate(mcdefense.loads(text), worlds=16, trials_per_world=8)
    assert "battery.north" in result.tally.axes.asset
    found = mcdefense.drivers(result).driven
    alone = "of a single place that may be real"
    assert found.left_out == (f"uncertainty.one: {alone}", f"live at battery.north: {alone}")
    named = {share.name for share in found.leakers[0].shares}
    assert {"uncertainty.both", "uncertainty.skill"} <= named
    assert not named & {"uncertainty.one", "live at battery.north"}
