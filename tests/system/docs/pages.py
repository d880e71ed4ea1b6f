"""The pages for readers, cut into headings and fenced blocks, and what the marks of a block mean.

A fence says what becomes of its block: the language first, then marks (docs/contributing.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
NOT_RUN = {"installs": "changes the reader's Python", "minutes": "takes minutes"}
"""Reasons for which a block of commands may be left out, as in ```sh not-run=installs. Another is
the test that runs it, as in ```sh not-run=tests/system/slurm/test_for_real.py."""
_FENCE = re.compile(r"^( *)```([^\n`]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: `sh`, `toml`, `python`, `csv` or `text`, and the marks after it."""

    place: str
    language: str
    marks: tuple[str, ...]
    text: str

    def mark(self, name: str) -> str | None:
        """The value of a mark `name=value`, "" of a mark without a value, None if it is absent."""
        for mark in self.marks:
            key, _, value = mark.partition("=")
            if key == name:
                return value
        return None


def pages() -> list[Path]:
    """Every page for readers: the README and all of docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def named(page: Path) -> str:
    """A page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks(text: str, name: str) -> list[Block]:
    """Every fenced block of a page, in order."""
    found = []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        language, *marks = match[2].split() or [""]
        found.append(Block(f"{name}:{line}", language, tuple(marks), match[3]))
    return found


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text)


def links(text: str) -> list[str]:
    """Targets of the links of a page."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(text))


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", prose(text), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        for heading in headings
    }


def sections(text: str, level: int) -> dict[str, str]:
    """Text of the page by heading of this level; what stands before the first is left out."""
    parts = re.split(rf"^{'#' * level} (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
