"""The README's commands and its Python run as they stand, and print what it says they print."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SMALL = {"eastern_flank.toml": ("--worlds", "2", "--trials-per-world", "64")}
"""What is added to a command that takes minutes."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    """Every command of the shell blocks, in order."""
    lines = "".join(blocks("sh")).splitlines()
    return [shlex.split(part) for line in lines for part in line.split(" && ")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which paths of the README lead where they do in a checkout."""
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    return tmp_path


def run(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_set_up_is_two_commands() -> None:
    first, second = ("".join(block.splitlines()) for block in blocks("sh")[:2])
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


def test_the_commands_run_and_print_what_the_readme_shows(folder: Path) -> None:
    printed = ""
    simulated = [words for words in commands() if words[0] == "mcdefense"]
    assert {words[1] for words in simulated} == {"check", "run", "show", "plot"}
    for words in simulated:
        extra = [more for name, options in SMALL.items() if name in words[2] for more in options]
        printed += run(folder, "-m", "mcdefense.cli", *words[1:], *extra)
    for name in ("flank.h5", "quick.h5", "quick.png"):
        assert (folder / name).stat().st_size > 1000
    (screen,) = blocks("text")
    assert screen in printed, "the README's screen is not what the run prints now"


def test_the_python_runs(folder: Path) -> None:
    (code,) = blocks("python")
    printed = run(folder, "-W", "error", "-c", code)
    assert printed.startswith("NOTIONAL  ")
    assert "xarray.DataArray 'leak_probability'" in printed
    assert (folder / "result.h5").exists()


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert len(links) >= 4
    assert [link for link in links if not (ROOT / link).exists()] == []
