"""The listing is the design: what a room may import, how long a file is, what an import does."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "mcdefense"
ROOMS = (
    "errors",
    "plain",
    "scenario",
    "geometry",
    "contract",
    "world",
    "encounter",
    "firecontrol",
    "chance",
    "schedule",
    "rules",
    "engine",
    "gpu",
    "statistics",
    "store",
    "run",
    "study",
    "report",
    "preview",
    "commands",
    "cli",
    "__main__",
)
"""Rooms and single files of the package; each imports only itself and those before it."""
ONLY_IN = {
    "jax": ("rules", "engine", "gpu"),
    "jaxlib": ("engine",),
    "cuda": ("gpu",),
    "matplotlib": ("report",),
}
LAZY = ("scipy", "xarray", "matplotlib", "distributed")
MOST_LINES = 350
SUFFIXES = (".py", ".c", ".h", ".cu", ".sh")
FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Every module that is imported anywhere in the tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            module = node.module or ""
            if module == "mcdefense":
                yield from ((f"mcdefense.{alias.name}", node) for alias in node.names)
            else:
                yield module, node


def misplaced(room: str, source: str) -> list[str]:
    """Imports that a file of this room may not have."""
    faults = []
    for module, node in imports(ast.parse(source)):
        top, _, rest = module.partition(".")
        if top == "mcdefense":
            other = rest.partition(".")[0]
            if ROOMS.index(other) > ROOMS.index(room):
                faults.append(f"line {node.lineno}: {room} imports {other}, a later room")
            elif other != room and "." in rest:
                faults.append(f"line {node.lineno}: {room} reaches into {other}, not by its door")
        elif room not in ONLY_IN.get(top, (room,)):
            faults.append(f"line {node.lineno}: {room} imports {top}")
    return faults


def test_the_scan_finds_what_is_misplaced() -> None:
    assert misplaced("geometry", "def f():\n    from mcdefense.schedule import build") == [
        "line 2: geometry imports schedule, a later room"
    ]
    assert misplaced("run", "from mcdefense.engine.devices import Fleet") == [
        "line 1: run reaches into engine, not by its door"
    ]
    assert misplaced("run", "import jax.numpy as jnp") == ["line 1: run imports jax"]
    assert misplaced("engine", "import jax\nfrom mcdefense import geometry") == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_before_it(file: Path) -> None:
    if file != PACKAGE / "__init__.py":  # the public names, imported when asked for
        assert misplaced(room_of(file), file.read_text(encoding="utf-8")) == []
    assert file.name != "utils.py"


def too_long(files: Iterable[Path]) -> list[str]:
    """Files of more than MOST_LINES lines."""
    counted = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    return [f"{file.name}: {lines} lines" for file, lines in counted.items() if lines > MOST_LINES]


@pytest.mark.parametrize("folder", ["mcdefense", "tests", "bench"])
def test_no_file_is_long(folder: str, tmp_path: Path) -> None:
    every = [p for p in (PACKAGE.parent / folder).rglob("*") if p.suffix in SUFFIXES]
    assert len(every) > 10
    assert too_long(every) == []
    long = tmp_path / "long.py"
    long.write_text("a = 1\n" * (MOST_LINES + 1), encoding="utf-8")
    assert too_long([long]) == [f"long.py: {MOST_LINES + 1} lines"]


def test_no_function_takes_more_than_seven_arguments() -> None:
    """Ruff counts them, in all of the package and its tests."""
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    lint = project["tool"]["ruff"]["lint"]
    assert "PLR0913" in lint["select"]
    assert lint["pylint"]["max-args"] == 7
    excepted = [path for path, codes in lint["per-file-ignores"].items() if "PLR0913" in codes]
    assert excepted == ["bench/peers/numba_*.py"]
    noted = [f.name for f in FILES if re.search(r"noqa.*PLR0913", f.read_text(encoding="utf-8"))]
    assert noted == []


def test_every_folder_is_a_room() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert folders < set(ROOMS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_large_libraries_are_imported_when_they_are_needed(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    at_import = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    found = [m for node in at_import for m, _ in imports(node) if m.partition(".")[0] in LAZY]
    assert found == []


def printed(code: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "XLA_"))}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout


def test_importing_the_package_imports_nothing_large() -> None:
    heavy = ("jax", "numpy", "pydantic", "h5py", *LAZY)
    code = f"import sys, mcdefense; print(sorted(set({heavy}) & set(sys.modules)))"
    assert printed(code) == "[]\n"


def test_importing_changes_neither_the_environment_nor_jax() -> None:
    code = (
        "import os, jax\n"
        "before = dict(os.environ), dict(jax.config.values)\n"
        "import mcdefense\n"
        "for name in mcdefense.__all__: getattr(mcdefense, name)\n"
        "import mcdefense.cli\n"
        "assert len(before[1]) > 50\n"
        "print(before == (dict(os.environ), dict(jax.config.values)))\n"
    )
    assert printed(code) == "True\n"


def test_public_names_are_those_of_the_package() -> None:
    import mcdefense

    source = (PACKAGE / "__init__.py").read_text(encoding="utf-8")
    (homes,) = (
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_HOME"
    )
    assert sorted(mcdefense.__all__) == sorted(homes)
    assert all(getattr(mcdefense, name) is not None for name in mcdefense.__all__)
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = mcdefense.simulat
