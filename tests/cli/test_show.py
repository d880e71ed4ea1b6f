"""`show`: which architectures a table has, and what it says of those that it leaves out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mcdefense
from mcdefense.report import screen
from mcdefense.report.numbers import with_margin
from mcdefense.report.reading import Interval
from mcdefense.report.tables import TABLES
from mcdefense.statistics import Result
from mcdefense.store import write
from tests.support.command_line import command
from tests.support.raid_result import ARCHITECTURES, raid_result

BESIDE = ("asset", "battery", "cause", "fate", "rounds")
"""Tables that name each architecture that they show."""


@pytest.fixture(scope="module")
def result() -> Result:
    return raid_result(architectures=6)


@pytest.fixture(scope="module")
def file(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("show") / "six.h5"
    write(result, path)
    return path


def shown(*words: str | Path) -> str:
    done = command("show", *words)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def named(text: str) -> set[str]:
    """Architectures that stand in a table, and not in the lines below it."""
    words = set(text.partition("Not shown: ")[0].split())
    return {name for name in ARCHITECTURES if name in words}


@pytest.mark.parametrize("by", TABLES)
def test_a_table_has_the_two_that_are_compared_or_all(file: Path, by: str) -> None:
    two, every = shown(file, "--by", by), shown(file, "--by", by, "--all")
    assert every == mcdefense.read(file).table(by, every=True)
    assert "Not shown: sectors, shared_warning, shared_picture, integrated." in two
    assert "Not shown" not in every
    if by in BESIDE:
        assert named(two) == {"separate", "integrated_degraded"}
        assert named(every) == set(ARCHITECTURES)
        assert len(two.splitlines()) < len(every.splitlines())


@pytest.mark.parametrize("by", TABLES)
def test_of_and_against_choose_them(file: Path, by: str) -> None:
    words = ("--of", "sectors", "--against", "shared_picture")
    text = shown(file, "--by", by, *words)
    assert text == mcdefense.show(file, by, of="sectors", against="shared_picture")
    assert "Not shown: separate, shared_warning, integrated, integrated_degraded." in text
    if by in BESIDE:
        assert named(text) == {"sectors", "shared_picture"}
    of = shown(file, "--by", by, "--of", "sectors")
    assert "Not shown: shared_warning, shared_picture, integrated, integrated_degraded." in of


def test_what_is_left_out_is_told_by_the_names_that_options_take() -> None:
    labels = json.dumps({"sectors": "two commands", "separate": "apart"})
    text = screen(raid_result(architectures=4, labels=labels), "class")
    assert "\nNot shown: sectors (two commands), shared_warning. --of NAME" in text


def test_labels_name_architectures_too(tmp_path: Path) -> None:
    """But a name is a name, whoever else has it as a label, and two of one label have to be named
    by their names."""
    known = {"separate": "apart", "sectors": "separate", "shared_warning": "x", "integrated": "x"}
    result = raid_result(architectures=5, labels=json.dumps(known))
    write(result, tmp_path / "r.h5")
    by_name = shown(tmp_path / "r.h5", "--of", "sectors", "--against", "separate")
    assert by_name.splitlines()[3].startswith("separate against apart: ")
    assert shown(tmp_path / "r.h5", "--of", "sectors", "--against", "apart") == by_name
    done = command("compare", tmp_path / "r.h5", "--of", "x")
    few = "separate (apart), sectors (separate), shared_warning (x), shared_picture, "
    told = f"expected an architecture of {tmp_path / 'r.h5'}: {few}integrated (x)\n"
    assert f"--of: got 'x', {told}" in done.stderr


def test_the_screen_is_that_of_the_two(file: Path) -> None:
    text = shown(file, "--of", "sectors", "--against", "shared_picture")
    assert text.splitlines()[3].startswith("sectors against shared_picture: ")
    numbers = json.loads(shown(file, "--of", "sectors", "--against", "shared_picture", "--json"))
    headline = numbers["headline"]
    assert (headline["baseline"], headline["compare"]) == ("shared_picture", "sectors")
    assert set(numbers["estimates"]["leak_probability"]) == set(ARCHITECTURES)


def test_the_table_by_class_has_the_paired_difference(result: Result, file: Path) -> None:
    """Every line has what the result estimates of the pair, of leakers by class what `compare`
    tells; of reachable and defended threats no difference is known."""
    text = shown(file, "--by", "class", "--of", "sectors")
    pair = result.pairs.index((0, 1))
    (compared,) = mcdefense.compare(file, of="sectors")
    leakers = {row["of"][0]: row["difference"] for row in compared.numbers["by"]["class"]}
    live = [*result.tally.axes.threat_class, "all"]
    tables = {part.split("  ")[0].split("\n")[0]: part for part in text.split("\n\n")[1:]}

    def estimate(name: str, *place: int) -> Interval:
        ends = (result.estimates[name + end][(pair, *place)] for end in ("", "_low", "_high"))
        return Interval(*map(float, ends))

    for c, name in enumerate(live):
        place = () if name == "all" else (c,)
        leak = estimate("difference_leak_probability" + "_total" * (not place), *place)
        clean = estimate("difference_p_no_leakers" + "_by_class" * bool(place), *place)
        mean = Interval(**leakers["total" if name == "all" else name])
        for title, change, scale in (
            ("LEAK PROBABILITY, %", leak, 100.0),
            ("P(NO LEAKERS), %", clean, 100.0),
            ("LEAKERS A RAID", mean, 1.0),
        ):
            (line,) = (x for x in tables[title].splitlines() if x.startswith(f"{name} "))
            assert line.endswith(f" {with_margin(change, 13, scale)}"), (title, line)
    for title in (
        "LEAK PROBABILITY of those with an opportunity, %",
        "LEAK PROBABILITY at defended assets, %",
    ):
        assert "±" not in tables[title]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--by", "class", "--of", "x"], "--of: got 'x', expected an architecture of "),
        (["--against", "x"], "--against: got 'x', expected an architecture of "),
        (["--of", "separate"], "--of: got 'separate' against itself, expected two architectures"),
        (["--all"], "--all: got it without --by, expected both"),
        (["--by", "class", "--by", "plan"], "--by: given 2 times, expected once"),
        (["--of=separate", "--by=plan", "--of", "x"], "--of: given 2 times, expected once"),
    ],
)
def test_what_no_table_has_is_refused(file: Path, words: list[str], message: str) -> None:
    done = command("show", file, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"mcdefense: {message}")
    assert done.stderr.count("\n") == 1
