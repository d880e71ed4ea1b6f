"""The example at the end of each command's help works as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from mcdefense.cli import main
from tests.support.command_line import command

ROOT = Path(__file__).parents[2]
SMALL = {
    "run": ["--worlds", "8", "--trials-per-world", "64"],
    "sweep": ["--worlds", "2", "--trials-per-world", "64"],
}
"""What is added to an example that would take long."""


def example_of(name: str) -> str:
    """The command at the end of a command's help."""
    found = re.search(r"\n  Example:\n    mcdefense (.+)\n$", command(name, "--help").stdout)
    assert found is not None, name
    return found[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What examples read: configs/, a result and two shards."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(ROOT / "configs", folder / "configs")
    scenario = str(folder / "configs" / "quick_start.toml")
    given = ["run", scenario, *SMALL["run"], "--quiet"]
    assert command(*given, "-o", folder / "quick.h5").exit_code == 0
    for number in (1, 2):
        assert command(*given, "-o", folder / "a.h5", "--shard", f"{number}/2").exit_code == 0
    return folder


@pytest.mark.parametrize("name", list(main.commands))
def test_the_example_works(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    words = shlex.split(example_of(name))
    assert words[0] == name
    if name == "run":
        Path("quick.h5").rename("before.h5")
    done = command(*words, *SMALL.get(name, []))
    assert done.exit_code == 0, done.stderr
    assert done.stdout
    if name == "run":
        Path("before.h5").replace("quick.h5")
