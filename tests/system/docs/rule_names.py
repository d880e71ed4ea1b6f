"""The names of the rules, as the pages of docs/explanation/rules give them."""

from __future__ import annotations

import re

from tests.system.docs.pages import ROOT, named, sections

PAGES = sorted((ROOT / "docs" / "explanation" / "rules").glob("*.md"))
TEXTS = {named(page): page.read_text(encoding="utf-8") for page in PAGES}


def rules() -> dict[int, tuple[str, str]]:
    """Name and text of every rule, by number."""
    found = {}
    for name, text in TEXTS.items():
        for heading, section in sections(text, 2).items():
            match = re.fullmatch(r"(\w+) \((\d+)\)", heading)
            assert match is not None, f"{name}: got {heading!r}, expected name (number)"
            assert int(match[2]) not in found, f"{name}: {heading} stands twice"
            found[int(match[2])] = match[1], section
    return found


def names() -> dict[int, set[str]]:
    """The names by which the code may call each rule."""
    found = {}
    for number, (name, section) in rules().items():
        match = re.search(r"^\*Names in the code: (.*)\.\*$", section, re.MULTILINE)
        found[number] = {name, *re.findall(r"`(\w+)`", match[1] if match else "")}
    return found
