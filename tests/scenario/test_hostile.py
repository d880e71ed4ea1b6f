"""Whatever stands in the place of a value, loading ends well or with faults, never otherwise."""

from __future__ import annotations

import random
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from mcdefense.errors import Fault, InputError
from mcdefense.scenario import loads
from mcdefense.scenario.model_scenario import NAMED, SINGLE
from mcdefense.schedule.build import Builder

JUNK = [
    "'x'", "''", "-1", "1.5", "true", "[]", "{}", "nan", "-inf", "[1, 2]", "[[1, 2], [3, 4]]",
    "1e308", "123456789012345678901234567890", "1979-05-27", "['north', 'north']",
    "{ a = { b = 1 } }",
    "[{}]", "'north.1'", "'*'", "'sensor.*'", "07:32:00", "[[[[]]]]", "'none'", "0", "'\\u0000'",
]  # fmt: skip


def paths_of(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if path:
        yield path
    if isinstance(node, dict):
        for key, child in node.items():
            yield from paths_of(child, (*path, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from paths_of(child, (*path, str(index)))


def test_the_whole_format_loads(everything: str) -> None:
    scenario = loads(everything)
    assert scenario.engagement.compare == "joined"
    document = tomllib.loads(everything)
    assert set(document) - {"title", "marking", "library"} == {*NAMED, *SINGLE} - {"history"}
    for section, model in SINGLE.items():
        if section not in ("history", "opportunities", "tracks"):
            assert set(document[section]) == set(model.model_fields)


def faults_of(text: str, *override: tuple[str, str]) -> tuple[Fault, ...]:
    """Faults of loading; any exception but InputError is the test's to fail on."""
    try:
        loads(text, name="e.toml", overrides=override)
    except InputError as error:
        return error.faults
    return ()


def test_junk_in_the_place_of_any_value(everything: str) -> None:
    paths = list(paths_of(tomllib.loads(everything)))
    draw = random.Random(1)
    refused = 0
    for path in paths:
        quoted = ".".join(f"'{part}'" for part in path)
        faults = faults_of(everything, (quoted, draw.choice(JUNK)))
        refused += bool(faults)
        assert all(fault.where and fault.message for fault in faults)
        assert "\n" not in "".join(map(str, faults))
    assert refused > len(paths) / 2


def test_a_number_in_the_place_of_any_value_builds_or_is_refused(everything: str) -> None:
    """What loads gives a schedule, or an InputError for a raid or a flight that cannot be."""
    draw = random.Random(2)
    paths = list(paths_of(tomllib.loads(everything)))
    built = 0
    for path in draw.sample(paths, 150):
        quoted = ".".join(f"'{part}'" for part in path)
        number = draw.choice(
            ["0", "0.5", "1", "3", "20", "1e-3", "1e9", "1e-308", "1e100", "1e308"]
        )
        try:
            builder = Builder(loads(everything, overrides=[(quoted, number)]))
            builder.schedule(builder.world(seed=1, number=0))
            built += 1
        except InputError:
            pass
    assert built > 20


@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_the_place_of_any_section(junk: str) -> None:
    for section in (*NAMED, *SINGLE, "title", "library", "nonsense"):
        # a scenario of one section is never complete
        assert faults_of(f"{section} = {junk}")


def test_the_room_imports_no_heavy_library() -> None:
    code = (
        "import sys, mcdefense.scenario; print(*{'jax', 'numpy', 'scipy', 'h5py'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
