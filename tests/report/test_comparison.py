"""Two architectures of one result or of two: who is paired, what differs, and by how much."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mcdefense
from mcdefense.report import Compared
from mcdefense.scenario import changes
from mcdefense.statistics import Result, Side, causes, contrast, leakers, rounds, with_provenance
from mcdefense.store import write
from tests.support.command_line import command
from tests.support.raid_result import raid_result

OLD = 'title = "toy"\n[battery.north]\nmagazine = { sam = 4 }\nreaction_s = 5\n'
NEW = 'title = "toy"\n[battery.north]\nmagazine = { sam = 8 }\n[raid.drones]\ncount = [1, 2]\n'


def files(folder: Path, scale: float = 0.5, **more: str | int) -> tuple[Path, Path]:
    """Two results of the same worlds: the second with another scenario and leakers of its own."""
    one = raid_result(architectures=3)
    other = with_provenance(raid_result(architectures=3, scale=scale), **more)
    write(replace(one, scenario_text=OLD), folder / "one.h5")
    write(replace(other, scenario_text=NEW), folder / "other.h5")
    return folder / "one.h5", folder / "other.h5"


def test_any_two_architectures_of_a_file(tmp_path: Path) -> None:
    one, _ = files(tmp_path)
    (found,) = mcdefense.compare(one, of="sectors", against="shared_warning")
    result = mcdefense.read(one)
    value, low, high = (
        float(result[f"difference_expected_leakers{end}"][result.pairs.index((1, 2))])
        for end in ("", "_low", "_high")
    )
    told = found.numbers["difference_expected_leakers"]
    assert told == pytest.approx({"value": -value, "low": -high, "high": -low})
    assert found.screen.splitlines()[3].startswith("sectors against shared_warning: ")
    assert found.numbers["paired"]
    assert found.numbers["scenario_changes"] == []
    by_class = {row["of"][0]: row for row in found.numbers["by"]["class"]}
    assert by_class["total"]["difference"] == pytest.approx(told)
    for side, place in (("baseline", 2), ("compare", 1)):
        mean = [float(result[f"expected_leakers{end}"][place]) for end in ("", "_low", "_high")]
        assert list(by_class["total"][side].values()) == pytest.approx(mean)


def test_different_scenarios_are_said_first(tmp_path: Path) -> None:
    """Other classes alone, or many keys alone, do not say it, and more than half of the keys must
    differ."""
    one, other = raid_result(title="One"), raid_result(classes=2, title="Another")
    few = 'title = "toy"\n[battery.north]\nmagazine = { sam = 4 }\nreaction_s = 5\n'
    many = 'title = "toy"\n[raid.a]\ncount = 1\n[raid.b]\ncount = 1\n[raid.c]\ncount = 1\n'
    almost = few + "hold_s = 1\n[raid.a]\ncount = 1\n"

    def told(result: Result, text: str) -> Compared:
        write(replace(one, scenario_text=few), tmp_path / "one.h5")
        write(replace(result, scenario_text=text), tmp_path / "other.h5")
        (found,) = mcdefense.compare(tmp_path / "one.h5", tmp_path / "other.h5")
        return found

    found = told(other, many)
    text = " ".join(found.screen.split())
    alone = "only the baseline has 1 threat class"
    warning = f"These are different scenarios: 5 of 6 keys differ; {alone}."
    assert text.startswith(f"NOTIONAL Two different scenarios ! {warning}")
    assert "16 worlds, One compare: " in text
    assert found.numbers["warnings"][0].startswith(warning)
    assert max(map(len, found.screen.splitlines())) <= 80
    for found in (told(one, many), told(other, almost)):
        assert "different scenarios" not in found.screen
        assert found.screen.startswith("NOTIONAL  One\n")


def test_it_says_what_was_set_from_outside(tmp_path: Path) -> None:
    setting = "battery.north.reaction_s = 9"
    one, other = files(tmp_path, overrides=setting)
    for paths, screens in (((other,), 1), ((one, other), 1), ((other, other), 2)):
        (found,) = mcdefense.compare(*paths)
        assert found.screen.count(f"set from outside the file: {setting}\n") == screens
    assert found.numbers["baseline"]["overrides"] == [setting]
    (found,) = mcdefense.compare(one)
    assert "set from outside" not in found.screen
    assert found.numbers["compare"]["overrides"] == []


def test_the_headline_is_the_default(tmp_path: Path) -> None:
    one, _ = files(tmp_path)
    (found,) = mcdefense.compare(one)
    assert found.screen.splitlines()[3].startswith("shared_warning against separate: ")
    (wide,) = mcdefense.compare(one, margin=50.0)
    assert wide.numbers["worlds"]["same"]["value"] == 1
    assert wide.numbers["margin"] == 50


def test_files_of_the_same_worlds_are_paired(tmp_path: Path) -> None:
    """The difference is the mean of the worlds' own; of other seeds it is that of two runs."""
    one, other = files(tmp_path, 0.9)
    (paired,) = mcdefense.compare(one, other, of="sectors")
    assert "paired by world" in paired.screen
    assert "not paired" not in paired.screen
    a, b = (mcdefense.read(path).tally for path in (one, other))
    means = [t["leaked"][:, 1, -1] / t["trials"] for t in (a, b)]
    total = next(r for r in paired.numbers["by"]["class"] if r["of"] == ["total"])
    assert total["difference"]["value"] == pytest.approx((means[1] - means[0]).mean())
    apart = tmp_path / "apart"
    apart.mkdir()
    (unpaired,) = mcdefense.compare(*files(apart, 0.9, seed=2), of="sectors")
    assert unpaired.numbers["unpaired_because"] == "their seeds are 1 and 2"
    assert "not paired, since their seeds are 1 and 2" in unpaired.screen
    wide = next(r for r in unpaired.numbers["by"]["class"] if r["of"] == ["total"])["difference"]
    assert wide["value"] == pytest.approx(total["difference"]["value"])


def test_the_parts_add_up(tmp_path: Path) -> None:
    one, other = (mcdefense.read(path) for path in files(tmp_path))
    sides = Side(one, 0), Side(other, 2)
    for counted in (leakers, rounds):
        table = contrast(*sides, counted)
        totals = table.difference[0][table.labels.index(("total",))]
        parts = [
            d
            for label, d in zip(table.labels, table.difference[0], strict=True)
            if label != ("total",) and (counted is leakers or len(label) == 2)
        ]
        assert sum(parts) == pytest.approx(totals)
    assert contrast(*sides, causes).labels


def test_the_cost_of_the_rounds(tmp_path: Path) -> None:
    """It is that of the screen on each side; the difference of an interceptor is that of its rounds
    times their price. Where a price is not known on either side, no cost is compared."""
    one, other = files(tmp_path)
    (found,) = mcdefense.compare(one, of="sectors")
    result = mcdefense.read(one)
    rows = {row["of"][0]: row for row in found.numbers["by"]["cost"]}
    fired = {row["of"][0]: row for row in found.numbers["by"]["rounds"] if len(row["of"]) == 1}
    prices = json.loads(str(result.provenance["interceptor_costs"]))
    assert set(rows) == {"total", *prices}
    for side, place in (("baseline", 0), ("compare", 1)):
        ends = [float(result[f"expected_rounds_cost{end}"][place]) for end in ("", "_low", "_high")]
        assert list(rows["total"][side].values()) == ends
    for name, price in prices.items():
        for part in ("baseline", "compare", "difference"):
            expected = {end: price * number for end, number in fired[name][part].items()}
            assert rows[name][part] == pytest.approx(expected)
    changes = [rows[name]["difference"]["value"] for name in prices]
    assert rows["total"]["difference"]["value"] == pytest.approx(sum(changes))
    assert "\nCOST OF ROUNDS A RAID " in found.screen
    assert [*found.numbers["by"]] == ["class", "cause", "rounds", "cost", "plan"]
    write(with_provenance(mcdefense.read(other), interceptor_costs="{}"), tmp_path / "free.h5")
    (unpriced,) = mcdefense.compare(one, tmp_path / "free.h5")
    assert unpriced.numbers["by"]["cost"] == []
    assert "COST OF ROUNDS" not in unpriced.screen


def test_what_changed_in_the_scenario(tmp_path: Path) -> None:
    assert [tuple(change) for change in changes(OLD, NEW)] == [
        ("battery.north.magazine.sam", 4, 8),
        ("battery.north.reaction_s", 5, None),
        ("raid.drones.count", None, [1, 2]),
    ]
    over = changes(
        OLD, OLD, [], ["battery.north.magazine = { ram = 1 }", "battery.*.reaction_s = 5"]
    )
    assert [tuple(change) for change in over] == [
        ("battery.north.magazine.sam", 4, None),
        ("battery.north.magazine.ram", None, 1),
        ("--set battery.*.reaction_s", None, 5),
    ]
    assert changes(NEW, NEW) == []
    (found,) = mcdefense.compare(*files(tmp_path))
    assert "SCENARIO: 3 keys with another value" in found.screen
    assert "  battery.north.magazine.sam: 4 -> 8" in found.screen
    assert "  battery.north.reaction_s: 5 -> nothing" in found.screen


def test_plans_are_compared_plan_by_plan(tmp_path: Path) -> None:
    drawn = np.array(["day", "night"] * 8, object)
    weights = json.dumps({"day": 0.25, "night": 0.75})
    results = [
        with_provenance(replace(raid_result(scale=s), plan=drawn), plan_weights=weights)
        for s in (1.0, 0.5)
    ]
    for result, name in zip(results, ("one.h5", "other.h5"), strict=True):
        write(result, tmp_path / name)
    (found,) = mcdefense.compare(tmp_path / "one.h5", tmp_path / "other.h5", of="sectors")
    by_plan = {row["of"][0]: row for row in found.numbers["by"]["plan"]}
    total = next(r for r in found.numbers["by"]["class"] if r["of"] == ["total"])
    mixture = 0.25 * by_plan["day"]["difference"]["value"]
    mixture += 0.75 * by_plan["night"]["difference"]["value"]
    assert total["difference"]["value"] == pytest.approx(mixture)
    assert "LEAKERS A RAID by plan" in found.screen


def test_every_line_has_at_most_80_columns(tmp_path: Path) -> None:
    one, other = files(tmp_path, title="t" * 200)
    for found in (*mcdefense.compare(one), *mcdefense.compare(other, one, other)):
        lines = found.screen.splitlines()
        assert max(map(len, lines)) <= 80
        assert lines[0].startswith("NOTIONAL  ")
        assert json.loads(json.dumps(found.numbers, allow_nan=False)) == found.numbers


def test_the_command_prints_it_and_refuses_in_one_line(tmp_path: Path) -> None:
    one, other = files(tmp_path)
    done = command("compare", one, other, "--of", "sectors")
    assert (done.exit_code, done.stdout) == (
        0,
        mcdefense.compare(one, other, of="sectors")[0].screen,
    )
    (told,) = json.loads(command("compare", one, "--json").stdout)
    assert told["compare"]["architecture"] == "shared_warning"
    for wrong, words in (
        ((one, "--of", "nobody"), "--of: got 'nobody', expected an architecture of"),
        ((one, "--of", "sector"), "shared_warning; did you mean 'sectors'?"),
        ((one, other, "--against", "nobody"), "--against: got 'nobody', expected an architecture"),
        ((one, "--of", "separate"), "--of: got 'separate' against itself"),
        ((tmp_path / "none.h5",), "cannot read"),
    ):
        done = command("compare", *wrong)
        assert (done.exit_code, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
        assert words in done.stderr


def test_each_file_has_its_marking_and_the_warnings_of_both_are_told(tmp_path: Path) -> None:
    one, _ = files(tmp_path)
    write(replace(raid_result(trials=20), scenario_text=NEW), tmp_path / "few.h5")
    (found,) = mcdefense.compare(one, tmp_path / "few.h5")
    assert found.numbers["marking"]
    assert found.numbers["compare"]["marking"]
    assert any(text.startswith("few trials") for text in found.numbers["warnings"])
    told = " ".join(found.screen.split())
    for text in found.numbers["warnings"]:
        assert f"! {text}" in told
