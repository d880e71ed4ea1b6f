"""`mcdefense brief`: a page, and a PDF where there is a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

import mcdefense
from mcdefense.store import write
from tests.support.browser import needs_browser
from tests.support.command_line import command, names
from tests.support.raid_result import raid_result


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("results") / "toy.h5"
    write(raid_result(), path)
    return path


def test_the_page_is_that_of_python(file: Path, tmp_path: Path) -> None:
    done = command("brief", file, "-o", tmp_path / "brief.html")
    assert done.exit_code == 0, done.stderr
    assert "NOTIONAL" in done.stdout
    page = (tmp_path / "brief.html").read_text(encoding="utf-8")
    assert page == mcdefense.brief(file) == mcdefense.brief(mcdefense.read(file))


def test_a_file_that_is_there_is_kept(file: Path, tmp_path: Path) -> None:
    (tmp_path / "brief.html").write_text("mine", encoding="utf-8")
    done = command("brief", file, "-o", tmp_path / "brief.html")
    assert done.exit_code == 2
    assert (tmp_path / "brief.html").read_text(encoding="utf-8") == "mine"
    assert command("brief", file, "-o", tmp_path / "brief.html", "--force").exit_code == 0


def test_the_result_is_not_written_over(file: Path) -> None:
    done = command("brief", file, "-o", file, "--force")
    assert done.exit_code == 2
    assert "is the result, which is read" in done.stderr


@needs_browser
def test_a_pdf_is_printed(file: Path, tmp_path: Path) -> None:
    done = command("brief", file, "-o", tmp_path / "a.html", "--pdf", tmp_path / "a.pdf")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_without_a_browser_the_remedy_is_told_and_nothing_written(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCDEFENSE_BROWSER", "no-such-browser")
    done = command("brief", file, "-o", tmp_path / "a.html", "--pdf", tmp_path / "a.pdf")
    assert done.exit_code == 1
    assert "MCDEFENSE_BROWSER names 'no-such-browser'" in done.stderr
    assert names(tmp_path) == []
