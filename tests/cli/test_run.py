"""`run`, `show` and `plot`: every option, and that a file says what its run said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from mcdefense.cli import main
from mcdefense.store import read
from tests.support.command_line import command, names
from tests.support.small_scenarios import TABLE


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "table.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def file(scenario: Path, tmp_path: Path) -> Path:
    path = tmp_path / "result.h5"
    assert command("run", scenario, "-o", path, "--quiet").exit_code == 0
    return path


def test_run_writes_the_file_and_prints_the_screen(scenario: Path, tmp_path: Path) -> None:
    done = command("run", scenario, "-o", tmp_path / "result.h5")
    assert done.exit_code == 0
    assert done.stdout.startswith("NOTIONAL  Four threats, two shots each\n400 trials in 2 worlds")
    assert "400 of 400 trials" in done.stderr
    assert names(tmp_path) == ["result.h5", "table.toml"]
    assert read(tmp_path / "result.h5").scenario_text == TABLE


def test_show_prints_from_the_file_alone_what_run_printed(scenario: Path, tmp_path: Path) -> None:
    path = tmp_path / "result.h5"
    printed = command("run", scenario, "-o", path).stdout
    as_json = command("run", scenario, "-o", path, "--json", "--force").stdout
    scenario.unlink()
    assert command("show", path).stdout == printed
    shown, ran = (json.loads(text) for text in (command("show", path, "--json").stdout, as_json))
    for each in (shown, ran):  # when it ran, and how long it took, differ
        each.pop("provenance", None)
    assert shown == ran


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--worlds", "3"], {"worlds": 3, "trials": 600}),
        (["--trials-per-world", "50"], {"worlds": 2, "trials": 100}),
        (["--seed", "9"], {"seed": 9}),
        (["--devices", "1"], {"device": "1 x core (cpu)"}),
        (["--batch", "50"], {"batch": 50, "trials": 400}),
        (
            ["--set", "run.worlds=1", "--set", "battery.site.magazine.round=0"],
            {
                "worlds": 1,
                "overrides": "run.worlds = 1\nbattery.site.magazine.round = 0",
                "leak_probability": [1.0, 1.0],
            },
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_each_option_reaches_the_run(
    scenario: Path, tmp_path: Path, options: Sequence[str], expected: dict[str, object]
) -> None:
    path = tmp_path / "result.h5"
    done = command("run", scenario, "-o", path, "--quiet", *options)
    assert (done.exit_code, done.output) == (0, "")
    result = read(path)
    found = {
        **result.provenance,
        "worlds": result.tally["trials"].size,
        "trials": result.tally.trials,
        "leak_probability": result["leak_probability_total"].tolist(),
    }
    assert {key: found[key] for key in expected} == expected


def test_json_is_valid_and_quiet_prints_nothing(scenario: Path, tmp_path: Path) -> None:
    path = tmp_path / "result.h5"
    done = command("run", scenario, "-o", path, "--json")
    estimates = json.loads(done.stdout, parse_constant=lambda text: pytest.fail(text))
    assert estimates["marking"] == "NOTIONAL"
    assert command("run", scenario, "-o", path, "--quiet", "--force").output == ""
    both = command("run", scenario, "-o", path, "--quiet", "--json", "--force")
    assert json.loads(both.stdout)["marking"] == "NOTIONAL"
    assert both.stderr == ""


def test_shards_are_run_resumed_and_merged(scenario: Path, file: Path, tmp_path: Path) -> None:
    whole = tmp_path / "all.h5"
    for number in ("1", "2"):
        done = command("run", scenario, "-o", whole, "--quiet", "--shard", f"{number}/2")
        assert (done.exit_code, done.output) == (0, "")
    shards = [tmp_path / f"all.shard-{number}-of-2.h5" for number in ("1", "2")]
    assert names(tmp_path) == [shards[0].name, shards[1].name, "result.h5", "table.toml"]
    again = command("run", scenario, "-o", whole, "--shard", "2/2", "--resume")
    assert again.exit_code == 0
    assert f"{shards[1]}: finished already, all 1 worlds of it" in again.stderr
    done = command("merge", shards[1], shards[0], "-o", whole)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{whole}: 2 worlds, 400 trials, from 2 files\n"
    assert command("show", whole).stdout == command("show", file).stdout
    refused = command("merge", shards[0], "-o", tmp_path / "some.h5")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == (
        "mcdefense: merge: missing world 1 of 2; --allow-gaps merges the others\n"
    )
    assert not (tmp_path / "some.h5").exists()
    done = command("merge", "--allow-gaps", shards[0], "-o", tmp_path / "some.h5")
    assert done.exit_code == 0


def test_show_gives_every_table(file: Path) -> None:
    (by,) = (p for p in main.commands["show"].params if p.name == "by")
    tables = {name: command("show", file, "--by", name) for name in by.type.choices}  # type: ignore[attr-defined]
    assert set(tables) == {"asset", "class", "battery", "cause", "fate", "plan", "rounds"}
    assert all(done.exit_code == 0 for done in tables.values())
    assert all(done.stdout.startswith("NOTIONAL  ") for done in tables.values())
    assert len({done.stdout for done in tables.values()}) == len(tables)
    assert "warhead" in tables["class"].stdout
    assert "site round" in tables["battery"].stdout
    assert "missed" in tables["cause"].stdout


@pytest.mark.parametrize(
    ("ending", "signature"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_plot_draws_from_the_file_alone(file: Path, ending: str, signature: bytes) -> None:
    picture = file.with_name(f"leaks.{ending}")
    done = command("plot", file, "-o", picture)
    assert (done.exit_code, done.stderr) == (0, "")
    assert str(picture) in done.stdout
    assert picture.read_bytes().startswith(signature)


def test_schema_is_json_schema() -> None:
    schema = json.loads(command("schema").stdout)
    assert schema["properties"]["battery"]
    assert schema["$schema"].startswith("https://json-schema.org/")


def test_the_same_command_gives_the_same_counts(scenario: Path, tmp_path: Path) -> None:
    paths = [tmp_path / "one.h5", tmp_path / "two.h5", tmp_path / "other.h5"]
    for path, seed in zip(paths, ("5", "5", "6"), strict=True):
        assert command("run", scenario, "-o", path, "--quiet", "--seed", seed).exit_code == 0
    one, two, other = (read(path).tally for path in paths)
    assert one.equals(two)
    assert not np.array_equal(one["leakers_histogram"], other["leakers_histogram"])
