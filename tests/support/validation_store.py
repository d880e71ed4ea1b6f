"""docs/validation.json: what the tests compared when they were last run, and on which model.

One line a comparison, so that git shows which figures changed.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.validation_record import Row

ROOT = Path(__file__).parents[2]
RECORD, PAGE = ROOT / "docs" / "validation.json", ROOT / "docs" / "validation.md"
ROOMS = (
    "geometry",
    "contract",
    "world",
    "encounter",
    "firecontrol",
    "chance",
    "schedule",
    "engine",
)
"""What makes the integers of a given scenario."""
SEED = 1
"""The seed of the figures on the page; another one gives others."""


@dataclass(frozen=True)
class Test:
    """A test's claim and comparisons, and the model on which they were made."""

    section: str
    title: str
    oracle: str
    slow: bool
    model: str
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, reported: Mapping[str, Any], model: str) -> Test:
        """From what `pytest --record` writes of one test."""
        return cls(**reported["claim"], model=model, rows=tuple(reported["comparisons"]))


@dataclass(frozen=True)
class Records:
    """All tests by name, the comparison with historical nights (plausibility.py), and the model
    of the latest run: what was measured on another one is marked on the page."""

    model: str
    tests: dict[str, Test]
    plausibility: dict[str, Any]

    def renewed(
        self, reported: Mapping[str, Mapping[str, Any]], model: str, kept: set[str]
    ) -> Records:
        """With the tests just run in place of those before; of the others, those in `kept`."""
        tests = {name: test for name, test in self.tests.items() if name in kept}
        tests |= {name: Test.of(test, model) for name, test in reported.items()}
        return replace(self, model=model, tests=dict(sorted(tests.items())))


@cache
def read() -> Records:
    """The record beside the page; empty if there is none yet."""
    if not RECORD.exists():
        return Records("", {}, {})
    content = json.loads(RECORD.read_text(encoding="utf-8"))
    tests = {
        name: Test(**{**test, "rows": tuple(_row(values) for values in test["rows"])})
        for name, test in content["tests"].items()
    }
    return Records(content["model"], tests, content["plausibility"])


def write(records: Records) -> None:
    """Replace the record beside the page."""
    lines = [
        "{",
        f' "model": {json.dumps(records.model)},',
        f' "plausibility": {json.dumps(records.plausibility)},',
        ' "tests": {',
    ]
    for i, (name, test) in enumerate(records.tests.items()):
        lines.append(f"{',' if i else ''}{json.dumps(name)}: {{")
        keys = ("section", "title", "oracle", "slow", "model")
        said = ", ".join(f'"{key}": {json.dumps(getattr(test, key))}' for key in keys)
        rows = [json.dumps(list(row.values()), ensure_ascii=False) for row in test.rows]
        lines += [f' {said}, "rows": [', ",\n".join(f"  {row}" for row in rows) + "]}"]
    RECORD.write_text("\n".join([*lines, " }", "}", ""]), encoding="utf-8")


def _row(values: list[Any]) -> Row:
    return Row(**dict(zip(Row.__annotations__, values, strict=True)))  # type: ignore[typeddict-item]


def differences(name: str, rows: list[Row]) -> list[str]:
    """Where a test's comparisons are not those of the record; none for a test not in it."""
    known = read().tests.get(name)
    if known is None:
        return []
    found = [
        f"{new['case']}: {list(old.values())[1:]} in the record, now {list(new.values())[1:]}"
        for old, new in zip(known.rows, rows, strict=False)
        if old != new
    ]
    if len(known.rows) != len(rows):
        found.append(f"{len(known.rows)} comparisons in the record, now {len(rows)}")
    return found


OF_THE_MACHINE = {"devices.py", "cores.py", "compile_cache.py"}
"""How cores and memory are used: no change there changes a result, which tests/run holds."""


def model_identity() -> str:
    """Hash of the model's source, without its comments, docstrings and spacing."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for file in sorted((ROOT / "mcdefense" / room).rglob("*.py")):
            if file.name in OF_THE_MACHINE:
                continue
            digest.update(file.relative_to(ROOT).as_posix().encode())
            digest.update(_code(file.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:12]


def _code(source: str) -> str:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                lines[number - 1] = ""
    kept = "\n".join(lines) + "\n"
    for token in tokenize.generate_tokens(io.StringIO(kept).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return "".join("".join(lines).split())
