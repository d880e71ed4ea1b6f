"""Help is there at once: no command needs the large libraries to explain itself."""

from __future__ import annotations

import pytest

from mcdefense.cli import main
from tests.support.command_line import command, python

HEAVY = ("jax", "h5py", "matplotlib", "numpy", "pydantic", "scipy", "xarray")


@pytest.mark.parametrize("name", [None, *main.commands])
def test_help_imports_no_large_library(name: str | None) -> None:
    arguments = ["--help"] if name is None else [name, "--help"]
    printed = python(
        "import sys\n"
        "from mcdefense.cli import main\n"
        f"try: main({arguments})\n"
        "except SystemExit as end: print(end.code)\n"
        f"print(sorted(set({HEAVY}) & set(sys.modules)))\n"
    )
    assert printed.startswith("Usage: ")
    assert printed.endswith("\n0\n[]\n")


def test_every_command_and_option_is_explained() -> None:
    for name, entry in main.commands.items():
        assert entry.help, name
        for parameter in entry.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", None), (name, parameter.name)
    assert "NOTIONAL" in command("--help").stdout


def test_the_version_is_the_packages() -> None:
    from importlib.metadata import version

    assert version("mcdefense") in command("--version").stdout


def test_a_name_that_is_no_command_is_refused() -> None:
    done = command("simulate")
    assert done.exit_code == 2
    assert "No such command 'simulate'" in done.stderr
