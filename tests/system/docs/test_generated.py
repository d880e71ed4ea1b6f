"""Pages that are made from the code are what the code makes now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcdefense.cli.page import describe_commands
from mcdefense.scenario.describe_library import describe_library
from mcdefense.scenario.fill import (
    LIBRARIES,
    library_base,
    library_changes,
    library_document,
)
from tests.system.docs.pages import ROOT

REFERENCE = ROOT / "docs" / "reference"
MADE: dict[str, tuple[str, Callable[[], str]]] = {
    "command_line.md": ("mcdefense.cli.page", describe_commands),
    "library.md": ("mcdefense.scenario.describe_library", describe_library),
}


@pytest.mark.parametrize("name", list(MADE))
def test_a_generated_page_is_current(name: str) -> None:
    module, describe = MADE[name]
    remedy = f"run: python -m {module} > docs/reference/{name}"
    assert (REFERENCE / name).read_text(encoding="utf-8") == describe(), remedy


def test_every_value_of_the_libraries_is_on_the_page() -> None:
    page = describe_library()
    for library in LIBRARIES:
        if library_base(library) is not None:
            for section, classes in library_changes(library).items():
                for name, entry in classes.items():
                    rows = {
                        f"| `{section}.{name}.{key}` | {value:g} |" for key, value in entry.items()
                    }
                    assert rows <= set(page.partition(f"## `{library}`")[2].splitlines())
            continue
        for section, classes in library_document(library).items():
            lines = page.partition(f"### `[{section}.NAME]`")[2].splitlines()
            for name, entry in classes.items():
                (row, *_) = [line for line in lines if line.startswith(f"| `{name}` |")]
                numbers = [v for v in entry.values() if isinstance(v, int | float)]
                assert all(f"| {value:g} |" in row for value in numbers), (section, name)


def test_every_command_and_option_is_on_the_page() -> None:
    page = describe_commands()
    for command in ("bench", "check", "merge", "plot", "run", "schema", "show", "slurm"):
        assert f"\n## `{command}`\n" in page
    for option in ("--checkpoint-every SECONDS", "--allow-gaps", "--shard I/N"):
        assert f"| `{option}` | " in page
