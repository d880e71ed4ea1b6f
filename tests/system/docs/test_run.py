"""Every command, scenario, table and snippet of the pages works, and prints what the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.docs.pages import Block, blocks, named, pages
from tests.system.docs.reader import Reader, is_missing


@pytest.mark.parametrize("page", pages(), ids=named)
def test_what_a_page_says_works(page: Path, tmp_path: Path) -> None:
    """A reader who follows the page from the top gets what it shows."""
    reader = Reader(tmp_path)
    for block in blocks(page.read_text(encoding="utf-8"), named(page)):
        reader.follow(block)


def with_tools() -> list[Block]:
    """Blocks of all pages that need a tool which is not everywhere."""
    found = (blocks(page.read_text(encoding="utf-8"), named(page)) for page in pages())
    return [block for of_page in found for block in of_page if block.mark("tool")]


@pytest.mark.parametrize("block", with_tools(), ids=lambda block: block.mark("tool"))
def test_a_block_that_needs_a_tool_was_run(block: Block) -> None:
    """By the test of its page, which passes it over in silence where the tool is missing."""
    if is_missing(block):
        pytest.skip(f"{block.mark('tool')} is not installed")
    assert not is_missing(block)


def follow(tmp_path: Path, page: str) -> None:
    reader = Reader(tmp_path)
    for block in blocks(page, "page.md"):
        reader.follow(block)


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("```sh\nmcdefense chekc x\n```\n", "exits with 2"),
        ("```sh\nfalse\n```\n", "exits with 1"),
        ("```sh exits=2\ntrue\n```\n", "exits with 0"),
        ("```sh not-run=boring\ntrue\n```\n", "is no reason"),
        ("```sh\necho one\n```\n\n```text\ntwo\n```\n", "not printed"),
        ("```sh\necho one; echo two\n```\n\n```text\ntwo\n...\none\n```\n", "not printed"),
        ("```text\none\n```\n", "no block has printed"),
        ("```toml\n[battery.x]\nchannles = 1\n```\n", "channles"),
        ("```python\nraise ValueError('no')\n```\n", "no"),
        ("```\nwhat is this\n```\n", "without a known language"),
    ],
)
def test_a_page_that_is_wrong_is_found(page: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=complaint):
        follow(tmp_path, page)


def test_blocks_are_found_with_their_marks() -> None:
    (first, second) = blocks("a\n```sh exits=2\nx\n```\n- b\n  ```text drawing\n  y\n  ```\n", "p")
    assert first == Block("p:2", "sh", ("exits=2",), "x\n")
    assert (second.place, second.mark("drawing"), second.mark("file")) == ("p:6", "", None)
