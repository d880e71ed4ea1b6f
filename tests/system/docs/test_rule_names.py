"""Code that cites a rule calls it by a name that its page gives it, with the number in brackets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.system.docs.pages import ROOT
from tests.system.docs.rule_names import names

PACKAGE = ROOT / "mcdefense"
FILES = sorted(PACKAGE.rglob("*.py"))
_CITED = re.compile(r"\b[Rr]ules? (\d+(?:(?:, | and |,\n *| and\n *)\d+)*)")
_NEAR = 130
"""Characters before and after a citation in which the rule's name stands."""


def nameless(source: str) -> list[str]:
    """Rules that are cited without a name of theirs nearby."""
    known, faults = names(), []
    for match in _CITED.finditer(source):
        near = source[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        called = set(re.findall(r"`(\w+)`", near))
        for number in map(int, re.findall(r"\d+", match[1])):
            if not called & known.get(number, set()):
                line = source.count("\n", 0, match.start()) + 1
                faults.append(f"line {line}: rule {number} is {' or '.join(known[number])}")
    return faults


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_rule_is_called_by_its_name(file: Path) -> None:
    assert nameless(file.read_text(encoding="utf-8")) == []


def test_a_rule_without_its_name_is_found() -> None:
    assert nameless('"""Sorted (rule 4)."""') == ["line 1: rule 4 is order"]
    assert nameless('"""Sorted (rule 4, `salvo`)."""') == ["line 1: rule 4 is order"]
    assert nameless('"""Sorted (rule 4, `order`), owed (`salvo`, rule 17)."""') == []
    assert len(nameless('"""Taken (rules 14 and 16)."""')) == 2
