"""What words mean, taken from the pages of the docs and kept with the package.

`python -m mcdefense.cli.explained`, where docs/ is, makes `explained.json` anew.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from mcdefense.errors import Fault, InputError

DATA = "explained.json"
_PAGES = ("explanation/model.md", "explanation/rules/*.md", "reference/*.md")
_WIDTH = 80
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (.*) \|$")
_RULE = re.compile(r"(\w+) \((\d+)\)")
_COMMAND = re.compile(r"`(\w+)`")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+)\*(?![\w*])")
_RESULTS = ("a raid", "p-values")
"""Heads of columns: rows of such tables say what came out, not what a word means."""
_SPLIT = re.compile(r"(?<!\\) \| ")


class Explanation(NamedTuple):
    """A word, its names by which it may be asked for besides, where it stands and what it means."""

    word: str
    names: list[str]
    place: str
    text: str


def explained(word: str) -> str:
    """Everything that the docs say of a word, 80 columns wide. Raises InputError for one that they
    do not explain, with those that are spelt alike."""
    entries = [Explanation(*entry) for entry in json.loads(_data())]
    wanted = _folded(word)
    found = _entries_for(wanted, entries) or _entries_for(_other_number(wanted), entries)
    if not found:
        known = {_folded(name): name for e in entries for name in (e.word, *e.names)}
        near = [known[name] for name in get_close_matches(wanted, known, 4, 0.6)]
        came = f"the docs do not explain {word!r}"
        came += f"; did you mean {', '.join(near)}?" if near else ""
        raise InputError([Fault("words", "", came, option=True)])
    return "\n".join(_shown(entry) for entry in _in_order(found))


def _in_order(found: list[Explanation]) -> list[Explanation]:
    """The meaning of a word first, and options last; what several commands say alike once."""
    told: dict[tuple[str, str], Explanation] = {}
    for entry in found:
        page, _, part = entry.place.partition(", ")
        first = told.get((entry.word, entry.text))
        if first is None or not first.place.startswith(page):
            told.setdefault((entry.word, entry.text), entry)
        else:
            place = f"{first.place}, {part}"
            told[entry.word, entry.text] = first._replace(place=place)
    return sorted(told.values(), key=_rank)


def _rank(entry: Explanation) -> int:
    if entry.word.startswith("-"):
        return 3
    if entry.place.startswith("docs/reference/words.md"):
        return 0
    return 1 if entry.place.startswith("docs/explanation") else 2


def _entries_for(wanted: str, entries: list[Explanation]) -> list[Explanation]:
    return [e for e in entries if wanted in (_folded(e.word), *map(_folded, e.names))]


def _other_number(word: str) -> str:
    """The singular of a plural, or the plural of a singular, of which the docs have the other."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") else f"{word}s"


def _shown(entry: Explanation) -> str:
    head = f"{entry.word}  ({entry.place})"
    body = [
        line
        for paragraph in entry.text.split("\n\n")
        for line in [
            *textwrap.wrap(paragraph, _WIDTH, initial_indent="  ", subsequent_indent="  "),
            "",
        ]
    ]
    return "\n".join([*textwrap.wrap(head, _WIDTH, subsequent_indent="  "), *body[:-1]]) + "\n"


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().strip("`-").lower())


def _data() -> str:
    return (files("mcdefense.cli") / DATA).read_text(encoding="utf-8")


def entries_of(docs: Path) -> list[Explanation]:
    """The entries of all pages: rules, commands, terms in bold, and rows of tables that begin
    with a name."""
    found: list[Explanation] = []
    for pattern in _PAGES:
        for page in sorted(docs.glob(pattern)):
            place = page.relative_to(docs).as_posix()
            found += _of_page(f"docs/{place}", page.read_text(encoding="utf-8"))
    return found


def _of_page(place: str, page: str) -> Iterator[Explanation]:
    told: set[str] = set()
    parts = re.split(r"^#+ (.*)$", _FENCE.sub("\0", page), flags=re.MULTILINE)
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        where = f"{place}, {_plain(heading)}"
        rule = _RULE.fullmatch(heading)
        if rule is not None:
            said = text.partition("\0")[0]
            yield Explanation(rule[1], [f"rule {rule[2]}", rule[2]], where, _prose(said))
        command = _COMMAND.fullmatch(heading) if place.endswith("command_line.md") else None
        if command is not None:
            said = text.partition("\n| option")[0]
            names = [f"mcdefense {command[1]}"]
            yield Explanation(command[1], names, where, _prose(said))
        for paragraph in text.replace("\0", "\n\n").split("\n\n"):
            if place.endswith("explanation/model.md") and not paragraph.lstrip().startswith("|"):
                for term in re.findall(r"(?<!in )\*\*([^*]+)\*\*", paragraph):
                    name = " ".join(term.split())
                    if name not in told and len(name) < 40:
                        told.add(name)
                        yield Explanation(name, _singular(name), where, _plain(paragraph))
        yield from _rows(where, heading, text)


def _prose(said: str) -> str:
    """Paragraphs and points of lists, without tables and worked cases."""
    paragraphs = re.sub(r"^( *)([-*]|\d+\.) ", r"\n\n\2 ", said, flags=re.MULTILINE).split("\n\n")
    kept = [p.strip() for p in paragraphs if p.strip()]
    shown = [p for p in kept if not p.startswith(("|", "**Worked case", "Worked case"))]
    return "\n\n".join(map(_plain, shown))


def _singular(term: str) -> list[str]:
    return [term[:-1]] if term.endswith("s") and not term.endswith("ss") else []


def _rows(where: str, heading: str, text: str) -> Iterator[Explanation]:
    """Rows of tables whose first cell is a name: the other cells, with the heads of columns."""
    table = re.fullmatch(r"`\[+(\w+)(?:\.NAME)?(?:\.\w+)*\]+`.*", heading)
    head: list[str] = []
    for line in text.splitlines():
        row = _ROW.match(line)
        if row is None:
            head = []
            continue
        cells = _SPLIT.split(row[1])
        if not head:
            head = cells
        elif any(title in _RESULTS for title in head):
            continue
        elif cells[0].startswith("`") and len(cells) == len(head) <= 6:
            name = cells[0].strip("`").split("`")[0].replace("\\|", "|")
            said = [
                _plain(cell) if title == "meaning" else f"{_plain(title)}: {_plain(cell)}"
                for title, cell in zip(head[1:], cells[1:], strict=True)
                if cell.strip(" -")
            ]
            options = [word.split()[0] for word in name.split(", ") if word.startswith("-")]
            names = [f"{table[1]}.{name}"] if table else [o for o in options if o != name]
            if said:
                yield Explanation(name, names, where, "; ".join(said))


def _plain(text: str) -> str:
    """Words of Markdown without its marks."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = _ITALIC.sub(r"\1", text.replace("**", "")).replace("`", "")
    text = text.replace("\\|", "|").replace("\0", "")
    return " ".join(text.split())


def as_json(entries: list[Explanation]) -> str:
    """The kept form: an entry a line."""
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    made = as_json(entries_of(Path("docs")))
    Path("mcdefense/cli", DATA).write_text(made, encoding="utf-8")
