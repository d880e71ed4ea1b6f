"""Every link leads somewhere, and every page is found from docs/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.docs.pages import ROOT, anchors, links, named, pages


def broken(page: Path, text: str) -> list[str]:
    """Links to files or headings that are not there; the web is not asked."""
    faults = []
    for link in links(text):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        known = target.exists()
        if known and anchor:
            known = anchor in anchors(target.read_text(encoding="utf-8"))
        if not known:
            faults.append(link)
    return faults


@pytest.mark.parametrize("page", [*pages(), ROOT / "bench" / "DIARY.md"], ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page, page.read_text(encoding="utf-8")) == []


def test_a_broken_link_is_found() -> None:
    page = ROOT / "README.md"
    text = "# One\n[a](README.md) [b](nowhere.md) [c](README.md#nowhere) [d](https://example.org)"
    assert broken(page, text) == ["nowhere.md", "README.md#nowhere"]


def test_every_page_is_in_the_index() -> None:
    """docs/README.md links to every page, or to one that does, as the model does to the rules."""
    index = ROOT / "docs" / "README.md"
    reached, ahead = {index}, [index]
    while ahead:
        page = ahead.pop()
        for link in links(page.read_text(encoding="utf-8")):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file() and target not in reached:
                reached.add(target)
                if target.is_relative_to(ROOT / "docs"):
                    ahead.append(target)
    assert [named(page) for page in pages()[1:] if page not in reached] == []
