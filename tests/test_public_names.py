"""What a user meets by `dir` and by Tab is what is meant for him."""

from __future__ import annotations

import subprocess
import sys

import mcdefense


def test_dir_shows_the_public_names_only() -> None:
    assert dir(mcdefense) == sorted(mcdefense.__all__)
    assert not [name for name in dir(mcdefense) if name.startswith("_")]


def test_importing_parts_of_it_adds_no_name() -> None:
    code = (
        "import mcdefense, mcdefense.cli, mcdefense.store.layout\n"
        "mcdefense.loads, mcdefense.simulate\n"
        "print(dir(mcdefense) == sorted(mcdefense.__all__), 'store' in vars(mcdefense))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_every_name_that_is_shown_can_be_had() -> None:
    for name in dir(mcdefense):
        assert getattr(mcdefense, name) is not None
