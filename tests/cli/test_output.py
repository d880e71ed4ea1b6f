"""What a command writes: never over what it reads, and over what is there only where it may."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mcdefense.run.output import kind_of
from mcdefense.store import read
from tests.support.command_line import command, names, program
from tests.support.small_scenarios import TABLE

ROWS = "threat,battery,interceptor,launch_s,intercept_s,sspk\nr,b,i,0,0.0001,0.9\n"
WITH_TABLE = """\
[threat.t]
[raid.r]
class = "t"
count = 1
start_s = 0
[interceptor.i]
against.t = { sspk = 0.5 }
[battery.b]
magazine = { i = 9 }
[architecture.a]
[opportunities]
file = "rows.csv"
"""
TITLE = "Four threats, two shots each"


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "table.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def with_table(tmp_path: Path) -> Path:
    """A scenario whose opportunities are in a file, as spreadsheets leave them."""
    (tmp_path / "rows.csv").write_text(ROWS.replace("0.0001", "10"), encoding="utf-8")
    path = tmp_path / "raid.toml"
    path.write_text(WITH_TABLE, encoding="utf-8")
    return path


def refused(*words: str | Path) -> str:
    """The one line that a command says, which leaves every file as it was."""
    folders = {Path(word).parent for word in words if isinstance(word, Path)}
    files = [file for folder in folders for file in folder.iterdir() if file.is_file()]
    before = {file: file.read_bytes() for file in files}
    done = command(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert {file: file.read_bytes() for file in files} == before
    (line,) = done.stderr.splitlines()
    return str(line.removeprefix("mcdefense: "))


def itself(path: Path) -> Path:
    return path


def symbolic(path: Path) -> Path:
    link = path.with_name("symbolic.h5")
    link.symlink_to(path.name)
    return link


def hard(path: Path) -> Path:
    link = path.with_name("hard.h5")
    os.link(path, link)
    return link


def roundabout(path: Path) -> Path:
    (path.parent / "there").mkdir()
    return path.parent / "there" / ".." / path.name


@pytest.mark.parametrize("way", [itself, symbolic, hard, roundabout], ids=lambda way: way.__name__)
@pytest.mark.parametrize(
    ("name", "what"), [("raid.toml", "the scenario"), ("rows.csv", "the [opportunities] table")]
)
@pytest.mark.parametrize("force", [[], ["--force"]], ids=["", "force"])
def test_an_output_that_is_an_input_is_refused(
    with_table: Path, way: Callable[[Path], Path], name: str, what: str, force: list[str]
) -> None:
    output = way(with_table.with_name(name))
    said = refused("run", with_table, "-o", output, *force)
    assert said == f"{output}: is {what}, which is read; name another output"


@pytest.mark.parametrize("ending", ["part", "lock"])
def test_nor_may_what_a_run_writes_beside_its_output_be_an_input(
    scenario: Path, ending: str
) -> None:
    moved = scenario.rename(scenario.with_name(f"x.h5.{ending}"))
    said = refused("run", moved, "-o", scenario.with_name("x.h5"), "--resume")
    assert said == f"{moved}: is the scenario, which is read; name another output"


def test_nor_a_shard_of_a_merge_nor_the_result_of_a_plot(scenario: Path, tmp_path: Path) -> None:
    whole = tmp_path / "all.h5"
    for number in (1, 2):
        done = command("run", scenario, "-o", whole, "--quiet", "--shard", f"{number}/2")
        assert done.exit_code == 0
    shards = [tmp_path / f"all.shard-{number}-of-2.h5" for number in (1, 2)]
    for output in (shards[1], symbolic(shards[0])):
        said = refused("merge", *shards, "-o", output, "--force")
        assert said == f"{output}: is a file to merge, which is read; name another output"
    said = refused("plot", shards[0], "-o", shards[0], "--force")
    assert said == f"{shards[0]}: is the result, which is read; name another output"
    # The second shard's file is what the scenario is in: found before the script is submitted.
    other = scenario.rename(shards[1])
    said = refused("slurm", other, "--shards", "2", "-o", whole)
    assert said == f"{other}: is the scenario, which is read; name another output"


def test_nor_the_log_that_the_same_command_writes(scenario: Path, tmp_path: Path) -> None:
    log = tmp_path / "x.h5"
    with log.open("wb") as stream:
        done = subprocess.run(program("run", scenario, "-o", log), stderr=stream, check=False)
    assert done.returncode == 2
    said = log.read_text(encoding="utf-8")
    assert said == f"mcdefense: {log}: is where standard error goes; name another output\n"


@pytest.mark.parametrize("locks", [True, False])
def test_a_lock_that_is_none_is_left_as_it_is(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locks: bool
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    if not locks:
        monkeypatch.setattr("fcntl.flock", unsupported)
    notes = tmp_path / "x.h5.lock"
    notes.write_text("the key is under the mat", encoding="utf-8")
    done = command("run", scenario, "-o", tmp_path / "x.h5", "--quiet")
    message = "is no lock of mcdefense, which would replace it; name another output"
    assert (done.exit_code, done.stderr) == (2, f"mcdefense: {notes}: {message}\n")
    assert notes.read_text(encoding="utf-8") == "the key is under the mat"
    notes.unlink()
    (tmp_path / "x.h5.lock").write_text("process 4194305 on nowhere", encoding="utf-8")
    assert command("run", scenario, "-o", tmp_path / "x.h5", "--quiet").exit_code == 0
    assert names(tmp_path) == ["table.toml", "x.h5"]


def test_a_file_that_is_there_is_kept_unless_it_is_asked_for(
    scenario: Path, tmp_path: Path
) -> None:
    path = tmp_path / "x.h5"
    run = ("run", scenario, "-o", path, "--quiet")
    choice = "--resume goes on from it if it is of this run, --force replaces it, or name another"
    for content, what in ((b"", "an empty file"), (b"my notes", "no result of mcdefense")):
        path.write_bytes(content)
        assert refused(*run) == f"{path}: is there already, {what}; {choice}"
    assert command(*run, "--force").exit_code == 0
    what = f"a finished result of '{TITLE}', 2 worlds x 200 trials"
    assert refused(*run) == f"{path}: is there already, {what}; {choice}"
    assert command(*run, "--resume").exit_code == 0
    message = "is of another run, cannot go on: asked for seed 5, not 1; --force replaces it"
    assert refused(*run, "--resume", "--seed", "5") == f"{path}: {message}"
    assert command(*run, "--resume", "--force", "--seed", "5").exit_code == 0
    assert read(path).provenance["seed"] == 5
    # With both, what is of this very run is gone on from: nothing is simulated again.
    before = path.read_bytes()
    assert command(*run, "--resume", "--force", "--seed", "5").exit_code == 0
    assert path.read_bytes() == before
    damaged = before[:-50]
    path.write_bytes(damaged)
    assert kind_of(path) == "a result that cannot be read"
    assert command(*run, "--resume", "--seed", "5").exit_code == 1
    assert path.read_bytes() == damaged
    assert command(*run, "--resume", "--force", "--seed", "5").exit_code == 0
    said = refused("run", scenario, "-o", path, "--dask", "local")
    assert said.endswith("2 worlds x 200 trials; --force replaces it, or name another")


def test_an_unfinished_result_is_called_that(scenario: Path, tmp_path: Path) -> None:
    shard, some = tmp_path / "x.shard-2-of-2.h5", tmp_path / "some.h5"
    run = ("run", scenario, "-o", tmp_path / "x.h5", "--quiet", "--shard", "2/2")
    assert command(*run).exit_code == 0
    assert kind_of(shard) == f"a finished result of '{TITLE}', 1 worlds x 200 trials"
    assert command("merge", shard, "-o", some, "--allow-gaps").exit_code == 0
    assert kind_of(some) == f"an unfinished result of '{TITLE}', 1 of 2 worlds x 200 trials"
    # What is saved meanwhile is a file that is there, too.
    shard.rename(part := tmp_path / "x.h5.part")
    said = refused("run", scenario, "-o", tmp_path / "x.h5", "--quiet")
    assert said.startswith(f"{part}: an unfinished run is saved here, a finished result of")
    assert said.endswith("; go on with --resume, or begin anew with --force")
    assert command("run", scenario, "-o", tmp_path / "x.h5", "--quiet", "--force").exit_code == 0
    assert names(tmp_path) == ["some.h5", "table.toml", "x.h5"]


def test_a_merge_replaces_a_file_of_its_own_run_with_no_other_worlds(
    scenario: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "all.h5"
    shards = [tmp_path / f"all.shard-{number}-of-2.h5" for number in (1, 2)]
    for number in (1, 2):
        command("run", scenario, "-o", whole, "--quiet", "--shard", f"{number}/2")
    assert command("merge", "--allow-gaps", shards[0], "-o", whole).exit_code == 0
    assert command("merge", *shards, "-o", whole).exit_code == 0
    assert command("merge", *shards, "-o", whole).exit_code == 0  # a job that was requeued
    said = refused("merge", "--allow-gaps", shards[0], "-o", whole)
    assert said.endswith("of another run (it has world 1); --force replaces it, or name another")
    assert read(whole).tally.trials == 400
    other = tmp_path / "other.h5"
    command("run", scenario, "-o", other, "--quiet", "--seed", "5")
    said = refused("merge", *shards, "-o", other)
    assert said == (
        f"{other}: is there already, a finished result of '{TITLE}', 2 worlds x 200 trials, of "
        "another run (seed 5, not 1); --force replaces it, or name another"
    )
    # What is not asked for again at the end of an array is found when its script is made.
    assert refused("slurm", scenario, "--shards", "2", "-o", other) == said
    assert command("slurm", scenario, "--shards", "2", "-o", whole).exit_code == 0
    script = command("slurm", scenario, "--shards", "2", "-o", other, "--force").stdout
    assert script.count(" --force") == 2
    assert command("merge", *shards, "-o", other, "--force").exit_code == 0
    assert np.array_equal(read(other).tally["leaked"], read(whole).tally["leaked"])


def test_a_picture_is_kept_unless_it_is_asked_for(scenario: Path, tmp_path: Path) -> None:
    path, picture = tmp_path / "x.h5", tmp_path / "x.png"
    command("run", scenario, "-o", path, "--quiet")
    picture.write_bytes(b"another picture")
    message = "is there already, no result of mcdefense; --force replaces it, or name another"
    assert refused("plot", path, "-o", picture) == f"{picture}: {message}"
    assert command("plot", path, "-o", picture, "--force").exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "words",
    [
        ("worth", "--option", "more=battery.b.magazine.i=6"),
        ("withstand", "--leakers", "1"),
    ],
)
def test_an_answer_that_nobody_would_see_is_refused(words: tuple[str, ...], scenario: Path) -> None:
    name, *asked = words
    line = refused(name, scenario, *asked, "--quiet")
    wanted = "expected -o FILE or --json beside it"
    assert line == f"--quiet: nothing of the answer would be left; {wanted}"
