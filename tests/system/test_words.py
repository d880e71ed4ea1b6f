"""One word, one meaning: names that once had two may not come back, and a class has one room.

The table gives each name that is refused, and the word that says what was meant. Words of the
scenario file and of the results file stay where these are read and written: a battery's `hold_s`,
a raid's `plan`, the cause `held`.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mcdefense"

# What is refused, in which paths (all, if not said), and the word to say.
_INNER = "mcdefense/(contract|rules|engine|gpu|schedule)/"
WORDS = (
    (r"NO_HOLD|release_hold|hold_row|holds_in_use", "", "channel_row: it keeps a taken channel"),
    (r"hold_magazine|hold_stock_row", "", "wait_magazine: a cheaper round is waited for"),
    (
        r"holds?|hold_stock",
        "mcdefense/(contract|engine|rules|gpu)/|bench/peers/",
        "channel_row, wait",
    ),
    (r"holds", "mcdefense/(chance|schedule|run|preview)/", "channel_row, wait, up"),
    (r"[Hh]eld", "mcdefense/(engine|rules|gpu|firecontrol)/", "OwnRows, rows, sensors_of"),
    (r"PLANS?|PLAN_\w+|PLANNED|plan_\w+|make_plans?", f"{_INNER}|bench/", "sharing: in a burst"),
    (r"[Pp]lans?|planned", f"{_INNER}|bench/", "sharing: of rounds in a burst"),
    (r"draw_plan", "", "draw_raid_plan"),
    (r"[Bb]locks?", "mcdefense/(encounter|schedule)/", "encounter: what one trajectory meets"),
    (r"[Rr]ooms?|\w+_room|room_\w+", "", "capacity: sizes that worlds share"),
    (r"Rank|rank_of", "", "Small: the type of every row, which need not be a rank"),
    (r"REASON_\w+", "", "CAUSE_...: why an opportunity is not taken"),
    (r"[Tt]argets?", "", "object, or the row or place that it is"),
    (r"FOUR|_?again|settles|when|noted", _INNER, "what it is, not its value or its grammar"),
    (r"manager|utils|result2", "", "what it is"),
)
STAY = {
    "mcdefense/scenario/faults.py": {"target"},  # of an assignment in Python
}
PHRASES = (
    (r"fire plans?", "the sharing of rounds in a burst"),
    (r"plan entr(y|ies)", "steps of sharing"),
)
SOURCES = sorted(
    path
    for folder in ("mcdefense", "bench")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".c", ".h", ".cu") and "__pycache__" not in path.parts
)
PAGES = sorted((ROOT / "docs").rglob("*.md"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def names_in(source: str, suffix: str) -> list[tuple[int, str]]:
    """Every name in a source, with its line; in C without comments and strings."""
    if suffix == ".py":
        found = tokenize.generate_tokens(io.StringIO(source).readline)
        return [(t.start[0], t.string) for t in found if t.type == tokenize.NAME]
    bare = re.sub(
        r'//[^\n]*|/\*.*?\*/|"[^"\n]*"', lambda m: re.sub(r"[^\n]", " ", m[0]), source, flags=re.S
    )
    lines = enumerate(bare.splitlines(), start=1)
    return [(number, name) for number, line in lines for name in re.findall(r"[A-Za-z_]\w*", line)]


def faults(name: str, source: str) -> list[str]:
    """Names and phrases of a file that have another meaning elsewhere."""
    refused = [(re.compile(pattern), say) for pattern, where, say in WORDS if re.match(where, name)]
    found = [
        f"line {line}: {word}: say {say}"
        for line, word in names_in(source, Path(name).suffix)
        for pattern, say in refused
        if pattern.fullmatch(word) and word not in STAY.get(name, ())
    ]
    return found + phrases(source)


def phrases(text: str) -> list[str]:
    """Phrases that name a thing by a word with another meaning."""
    return [
        f"line {text.count(chr(10), 0, match.start()) + 1}: {match[0]}: say {say}"
        for pattern, say in PHRASES
        for match in re.finditer(pattern.replace(" ", r"\s+"), text, re.IGNORECASE)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_name_has_two_meanings(path: Path) -> None:
    assert faults(named(path), path.read_text(encoding="utf-8")) == []
    assert faults(named(path), f"{path.stem} = 0") == []  # the file's own name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_says_it_by_an_old_word(page: Path) -> None:
    assert phrases(page.read_text(encoding="utf-8")) == []


def test_a_word_that_comes_back_is_found() -> None:
    assert faults("mcdefense/engine/views.py", "row = channels.hold\n") == [
        "line 1: hold: say channel_row, wait"
    ]
    assert faults("mcdefense/run/part.py", "a = b\nreason = REASON_HELD\n") == [
        "line 2: REASON_HELD: say CAUSE_...: why an opportunity is not taken"
    ]
    assert faults("mcdefense/engine/views.py", '"""Work through plan\nentries."""') == [
        "line 1: plan\nentries: say steps of sharing"
    ]
    assert len(faults("bench/peers/judge.h", "/* Rank */ int holds; // again\nRank r;")) == 2
    assert faults("mcdefense/scenario/model_defence.py", "hold_s = plan = 0") == []


def classes(sources: dict[str, str]) -> dict[str, list[str]]:
    """The files of every class that more than one file defines."""
    found = defaultdict(list)
    for name, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(name)
    return {name: files for name, files in found.items() if len(files) > 1}


def test_a_class_is_defined_once() -> None:
    sources = {named(p): p.read_text(encoding="utf-8") for p in PACKAGE.rglob("*.py")}
    assert classes(sources) == {}
    assert classes({"a.py": "class Plan: ...", "b.py": "class Plan: ..."}) == {
        "Plan": ["a.py", "b.py"]
    }
