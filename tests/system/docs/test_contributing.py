"""docs/contributing.md names the rooms that there are, and files that are there."""

from __future__ import annotations

import ast
import re

from tests.system.docs.pages import ROOT, prose

PAGE = prose((ROOT / "docs" / "contributing.md").read_text(encoding="utf-8"))


def rooms() -> tuple[str, ...]:
    """The rooms in their order, as tests/system/test_architecture.py holds them."""
    source = (ROOT / "tests" / "system" / "test_architecture.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ROOMS":
            return tuple(ast.literal_eval(node.value))
    raise LookupError("tests/system/test_architecture.py has no ROOMS")


def test_the_map_has_every_room_in_order() -> None:
    table = PAGE.partition("| room | does | may know |\n")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == rooms()


def test_every_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:mcdefense|tests|bench|docs|configs|\.ci)/[\w./-]*)`", PAGE)
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []
