"""Puts into pages what their commands print now: `python -m tests.system.docs.renew PAGE...`

Each line of a block ```text that is not printed any more becomes the printed line that is most like
it. Worked cases get their pictures (timelines.py). Read the difference before you keep it: the
prose around a number may have to change too.
"""

from __future__ import annotations

import difflib
import sys
import tempfile
from pathlib import Path

from tests.system.docs.pages import blocks, named
from tests.system.docs.reader import DRAWN, Reader, plain
from tests.system.docs.timelines import with_timelines


def renewed(text: str, printed: str) -> str:
    """A block's text with the lines of the output that are most like its own, in order."""
    ahead, lines = plain(printed).splitlines(), []
    for line in plain(text).splitlines():
        found = [line] if line in ahead else difflib.get_close_matches(line, ahead, 1, 0.3)
        if line != "..." and found:
            ahead = ahead[ahead.index(found[0]) + 1 :]
        lines.append(found[0] if line != "..." and found else line)
    return "".join(f"{line}\n" for line in lines)


def main(pages: list[str]) -> None:
    for name in pages:
        page = Path(name).resolve()
        text = page.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            reader = Reader(Path(folder))
            for block in blocks(text, named(page)):
                if block.language != "text" or not DRAWN.isdisjoint(block.marks):
                    reader.follow(block)
                elif reader.printed is not None:
                    text = text.replace(block.text, renewed(block.text, reader.printed), 1)
        page.write_text(with_timelines(text), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
