"""A page printed to PDF by a browser of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from mcdefense.errors import McdefenseError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "MCDEFENSE_BROWSER"
"""Names the browser to print with, where it shall be another than the first found."""
_MOST_S = 120.0
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found_browser() -> str:
    """The browser to print with. Raises McdefenseError where there is none."""
    named = os.environ.get(VARIABLE)
    for name in (named,) if named else BROWSERS:
        found = shutil.which(name)
        if found is not None:
            return found
    where = f"{VARIABLE} names {named!r}" if named else f"looked for {', '.join(BROWSERS)}"
    raise McdefenseError(
        f"there is no browser to make a PDF with ({where}): install chromium, or open the page "
        "in any browser and print it"
    )


def browser_command(browser: str, profile: str, *arguments: str) -> list[str]:
    """The words that start the browser without a window, with nothing of the user's in it."""
    # As root, which containers often are, a Chromium does not start with its sandbox.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [browser, *_FLAGS, *sandbox, f"--user-data-dir={profile}", *arguments]


def printed(page: str, browser: str) -> bytes:
    """The page as PDF. Raises McdefenseError if the browser makes none."""
    with tempfile.TemporaryDirectory(prefix="mcdefense-") as folder:
        source, pdf = Path(folder) / "brief.html", Path(folder) / "brief.pdf"
        source.write_text(page, encoding="utf-8")
        command = browser_command(
            browser,
            str(Path(folder) / "profile"),
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}",
            source.as_uri(),
        )
        try:
            done = subprocess.run(command, capture_output=True, timeout=_MOST_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise McdefenseError(f"{browser} made no PDF: {error}") from error
        if not pdf.is_file():
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise McdefenseError(f"{browser} made no PDF: {' '.join(said) or done.returncode}")
        return pdf.read_bytes()
