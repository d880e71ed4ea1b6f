"""The brief in a real browser: nothing fetched, nothing said, no fault of accessibility, two sheets
of paper. What watches for it is shown to see faults."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mcdefense.errors import McdefenseError
from mcdefense.report import brief, found_browser, printed
from tests.report.brief.test_brief import with_plans
from tests.support.browser import axe_core, needs_browser, seen
from tests.support.raid_result import raid_result, with_losses
from tests.support.spoilt_result import spoilt_result

pytestmark = needs_browser
needs_axe = pytest.mark.skipif(
    axe_core() is None, reason="MCDEFENSE_AXE_CORE names no folder of axe-core (npm)"
)
LARGE: dict[str, Any] = {"architectures": 6, "classes": 8, "worlds": 32, "trials": 40}


@pytest.fixture(scope="module")
def page() -> str:
    return brief(with_losses(with_plans(**LARGE)))


def sheets(pdf: bytes) -> int:
    """Pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("width", [420, 1100, 2000])
def test_it_fetches_and_says_nothing_and_is_no_wider_than_the_window(
    page: str, width: int, tmp_path: Path
) -> None:
    found = seen(page, tmp_path, width)
    assert (found.console, found.requests, found.wide) == ([], [], False)


def test_a_script_in_every_name_does_nothing(tmp_path: Path) -> None:
    found = seen(brief(spoilt_result()), tmp_path)
    assert (found.console, found.requests) == ([], [])


@needs_axe
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [420, 1100])
def test_it_has_no_fault_of_accessibility(
    page: str, width: int, dark: bool, tmp_path: Path
) -> None:
    assert seen(page, tmp_path, width, dark=dark).faults == []


def test_what_watches_sees_a_script_and_a_request(page: str, tmp_path: Path) -> None:
    spoilt = page.replace(
        "</main>", "<script>1</script><img src='http://127.0.0.1:9/gone.png'></main>"
    )
    found = seen(spoilt, tmp_path)
    assert any("script" in line for line in found.console)
    assert any(name.endswith("gone.png") for name in found.requests)


@needs_axe
def test_what_watches_sees_a_fault_of_accessibility(page: str, tmp_path: Path) -> None:
    spoilt = page.replace(
        "</main>", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='></main>"
    )
    faults = seen(spoilt, tmp_path).faults
    assert faults is not None
    assert any(fault.startswith("image-alt") for fault in faults)


@pytest.mark.parametrize("run", [LARGE, {"architectures": 2, "classes": 2}], ids=str)
def test_it_prints_on_two_sheets(run: dict[str, Any]) -> None:
    page = brief(with_losses(with_plans(**run)))
    assert 1 <= sheets(printed(page, found_browser())) <= 2


def test_a_page_with_much_to_say_prints_on_two_sheets() -> None:
    """As that of the main example: of most pictures the numbers are printed, or nothing. With all
    pictures it would take a third sheet."""
    result = with_losses(with_plans(**LARGE))
    warning = "Rounds that cheaper threats used up. " * 8
    result.provenance["warnings"] = json.dumps([warning] * 8)
    page = brief(result)
    assert 1 <= sheets(printed(page, found_browser())) <= 2
    whole = page.replace("details, .screen { display: none; }", "details { display: none; }")
    assert whole != page
    assert sheets(printed(whole, found_browser())) > 2


def test_a_longer_page_is_seen_to_be_longer(page: str) -> None:
    longer = page.replace("</main>", "<p>more</p>" * 400 + "</main>")
    assert sheets(printed(longer, found_browser())) > 2


def test_a_browser_that_prints_nothing_is_told(tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"
    deaf.write_text("#!/bin/sh\necho no display >&2\n", encoding="utf-8")
    deaf.chmod(0o755)
    with pytest.raises(McdefenseError, match="made no PDF: no display"):
        printed(brief(raid_result(worlds=1)), str(deaf))
