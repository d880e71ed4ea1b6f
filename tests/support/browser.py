"""A real browser without a window, and axe-core in it: what a page says, loads and lacks."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mcdefense.report import browser_command

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
_REPORT = """
window.addEventListener("load", async () => {
  const found = {
    requests: performance.getEntriesByType("resource").map((entry) => entry.name),
    wide: document.documentElement.scrollWidth > window.innerWidth,
    faults: null,
  };
  if (window.axe) {
    const checked = await axe.run(document, { resultTypes: ["violations"] });
    found.faults = checked.violations.map((one) => `${one.id}: ${one.nodes[0].html}`);
  }
  const said = document.createElement("pre");
  said.id = "said";
  said.textContent = JSON.stringify(found);
  document.body.append(said);
});
"""

needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")


class Seen(NamedTuple):
    """What the browser found: lines of its console, what it fetched, whether the page is wider
    than the window, and faults of axe-core (None without it)."""

    console: list[str]
    requests: list[str]
    wide: bool
    faults: list[str] | None


def axe_core() -> Path | None:
    """axe.min.js, of the folder that MCDEFENSE_AXE_CORE names."""
    path = Path(os.environ.get("MCDEFENSE_AXE_CORE", "/nowhere")) / "axe.min.js"
    return path if path.is_file() else None


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The browser with these arguments, its profile in the folder."""
    assert BROWSER is not None
    command = browser_command(BROWSER, str(folder / "profile"), *arguments)
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def seen(page: str, folder: Path, width: int = 1100, *, dark: bool = False) -> Seen:
    """The page as the browser has it. It is opened twice: as it is, for what the console says, and
    with a script of ours in it, which its policy would refuse, for the rest."""
    plain, watched = folder / "plain.html", folder / "watched.html"
    plain.write_text(page, encoding="utf-8")
    axe = axe_core()
    script = ("" if axe is None else axe.read_text(encoding="utf-8")) + _REPORT
    head = f"<script>{script}</script></head>"
    open_page = _POLICY.sub("", page).replace("</head>", "\0", 1).replace("\0", head)
    watched.write_text(open_page, encoding="utf-8")
    looks = [f"--window-size={width},900"]
    if dark:
        looks.append("--blink-settings=preferredColorScheme=0")
    said = run(folder, *looks, "--enable-logging=stderr", "--dump-dom", plain.as_uri()).stderr
    dom = run(folder, *looks, "--virtual-time-budget=20000", "--dump-dom", watched.as_uri()).stdout
    match = re.search(r'<pre id="said">(.*?)</pre>', dom, re.DOTALL)
    assert match is not None, "the browser ran no script"
    found: dict[str, Any] = json.loads(unescape(match[1]))
    console = [line for line in said.splitlines() if "CONSOLE" in line]
    return Seen(console, found["requests"], found["wide"], found["faults"])
