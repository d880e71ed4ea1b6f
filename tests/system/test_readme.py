"""The README's way to set up; tests/system/docs runs its other commands and its Python."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.system.docs.pages import Block, blocks

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SMALL = ("--worlds", "2", "--trials-per-world", "64")
"""What is added to the largest example, which takes a minute."""


@pytest.fixture(scope="module")
def commands() -> list[Block]:
    """The README's blocks of commands, in order."""
    return [block for block in blocks(README, "README.md") if block.language == "sh"]


def test_the_set_up_installs_an_extra_that_there_is(commands: list[Block]) -> None:
    first, second = (block.text.splitlines()[-1] for block in commands[:2])
    with (ROOT / "pyproject.toml").open("rb") as stream:
        extras = tomllib.load(stream)["project"]["optional-dependencies"]
    for line, option, then in (
        (first, "", "mcdefense run configs/eastern_flank.toml -o flank.h5"),
        (second, "-e ", "python -m pytest"),
    ):
        found = re.fullmatch(rf"python -m pip install {option}'\.\[(\w+)\]' && (.*)", line)
        assert found is not None, line
        assert found[1] in extras
        assert found[2] == then


def test_the_set_up_begins_with_an_environment_of_its_own(
    commands: list[Block], tmp_path: Path
) -> None:
    """The first line as it stands: after it `python` and `pip` are those of the new folder."""
    first, second = (block.text.splitlines() for block in commands[:2])
    assert (len(first), len(second)) == (2, 1)
    ask = "python -c 'import pip, sys; print(sys.prefix); print(pip.__file__)'"
    done = subprocess.run(
        ["sh", "-c", f"{first[0]} && {ask}"],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    prefix, pip = done.stdout.splitlines()
    assert Path(prefix) == tmp_path / ".venv"
    assert Path(pip).is_relative_to(prefix)


def test_the_largest_example_runs(commands: list[Block], tmp_path: Path) -> None:
    """In a process of its own, as a user starts it; smaller than the command says."""
    _, words = (shlex.split(part) for part in commands[0].text.splitlines()[1].split(" && "))
    assert words[0] == "mcdefense"
    (tmp_path / "configs").symlink_to(ROOT / "configs")
    done = subprocess.run(
        [sys.executable, "-m", "mcdefense", *words[1:], *SMALL],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("NOTIONAL  ")
    assert (tmp_path / "flank.h5").stat().st_size > 1000


def test_the_other_commands_are_run(commands: list[Block]) -> None:
    """By tests/system/docs: everything but the set-up, and with it each of six verbs."""
    run = [block for block in commands[2:] if block.mark("not-run") is None]
    assert run == commands[2:]
    verbs = {line.split()[1] for block in run for line in block.text.splitlines()}
    assert verbs == {"check", "run", "show", "plot", "brief", "compare"}


def test_the_ten_questions_are_those_of_their_page() -> None:
    """In the same words and order, each with a command that the page runs."""
    page = (ROOT / "docs" / "ten-questions.md").read_text(encoding="utf-8")
    asked = re.findall(r"^## (\d+\. .*)$", page, flags=re.MULTILINE)
    parts = re.split(r"^## \d+\. .*$", page, flags=re.MULTILINE)[1:]
    rows = re.findall(r"^\| (\d+\. .*?) \| `(.*)` \|$", README, flags=re.MULTILINE)
    assert [question for question, _ in rows] == asked
    assert len(rows) == 10
    for (_, line), part in zip(rows, parts, strict=True):
        words = [word for word in line.split() if word[0].islower() and "." not in word]
        assert all(word in part for word in words), line
