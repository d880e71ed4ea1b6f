"""A reader who does what a page says, block by block, in a folder of his own."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from pathlib import Path

from click.testing import CliRunner

import mcdefense
from mcdefense.cli import main
from tests.system.docs.pages import NOT_RUN, ROOT, Block

DRAWN = {"drawing", "timeline"}
"""Marks of blocks that nothing has printed; test_worked_cases.py holds timelines."""
LANGUAGES = ("sh", "python", "toml", "csv", "r", "octave", "text")
_FOR_A_SHELL = re.compile(r"[|><;&$*`]|\bfor\b")


class Reader:
    """What he has done so far: files in `folder`, names that Python knows, the last output."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, object] = {}
        self.printed: str | None = None
        shutil.copytree(ROOT / "configs", folder / "configs")

    def follow(self, block: Block) -> None:
        """Do what a block asks for, and check what it shows."""
        assert block.language in LANGUAGES, f"{block.place}: a block without a known language"
        if is_missing(block):
            self.printed = None
            return
        getattr(self, f"_{block.language}")(block)

    def _sh(self, block: Block) -> None:
        reason = block.mark("not-run")
        self.printed = None
        if reason is not None:
            known = reason in NOT_RUN or (reason[:6] == "tests/" and (ROOT / reason).is_file())
            assert known, f"{block.place}: {reason} is no reason of {list(NOT_RUN)}, nor a test"
            return
        code = int(block.mark("exits") or 0)
        lines = block.text.replace("\\\n", "").splitlines()
        assert lines, f"{block.place}: no command"
        self.printed = ""
        for line in lines:
            found, output = self._command(line)
            self.printed += output
            expected = code if line == lines[-1] else 0
            assert found == expected, f"{block.place}: {line}: exits with {found}\n{output}"

    def _command(self, line: str) -> tuple[int, str]:
        """Exit code and output of a command: of this product in this process, else of a shell."""
        words = shlex.split(line, comments=True)
        if words[0] == "mcdefense" and not _FOR_A_SHELL.search(line):
            with chdir(self.folder):
                done = CliRunner().invoke(main, words[1:])
            if done.exception is not None and not isinstance(done.exception, SystemExit):
                raise done.exception
            return done.exit_code, done.output
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        shell = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            cwd=self.folder,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return shell.returncode, shell.stdout

    def _python(self, block: Block) -> None:
        output = io.StringIO()
        code = compile(block.text, block.place, "exec")
        with chdir(self.folder), redirect_stdout(output), redirect_stderr(output):
            exec(code, self.names)
        self.printed = output.getvalue()

    def _text(self, block: Block) -> None:
        """What the block before it prints; a line of dots stands for lines left out."""
        if not DRAWN.isdisjoint(block.marks):
            return
        assert self.printed is not None, f"{block.place}: shows what no block has printed"
        printed, at = plain(self.printed), 0
        for part in re.split(r"^\.\.\.\n", block.text, flags=re.MULTILINE):
            found = printed.find(plain(part), at)
            assert found >= 0, f"{block.place}: not printed (any more):\n{part}\nbut\n{printed}"
            at = found + len(plain(part))

    def _toml(self, block: Block) -> None:
        """A scenario, part of one for a file that a block before has written, or a worked case."""
        file, more = block.mark("file"), block.mark("add")
        if file or more:
            path = self.folder / (file or more or "")
            before = path.read_text(encoding="utf-8") if more else ""
            path.write_text(f"{before}{block.text}", encoding="utf-8")
            tomllib.loads(path.read_text(encoding="utf-8"))
            if block.mark("part") is None:
                mcdefense.load(path)
        elif block.mark("part") is not None:
            tomllib.loads(block.text)
        else:
            mcdefense.loads(block.text, name=block.place)

    def _csv(self, block: Block) -> None:
        file = block.mark("file")
        assert file, f"{block.place}: a file without a name"
        (self.folder / file).write_text(block.text, encoding="utf-8")

    _r = _octave = _csv


def is_missing(block: Block) -> bool:
    """Whether a block needs a tool that is not here: a program, or of Python a module."""
    tool = block.mark("tool")
    if not tool:
        return False
    return find_spec(tool) is None if block.language == "python" else shutil.which(tool) is None


def plain(text: str) -> str:
    """Text without blanks at the ends of its lines."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
