"""Cases of bad input by hypothesis: a fixed number in CI, any number of minutes by hand.

    python -m tests.system.faults.reliability --fuzz-minutes 10

Each target takes examples from `given`, so what fails is made small before it is shown.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from mcdefense.run import simulate
from mcdefense.scenario import load
from mcdefense.store import write
from tests.support.small_scenarios import TABLE
from tests.system.fuzz.fuzz_edits import (
    byte_edits,
    edit_file,
    edited_bytes,
    edited_text,
    encoded,
    file_edits,
    sealed,
    text_edits,
)
from tests.system.fuzz.fuzz_judge import command

CONFIGS = Path(__file__).parents[2] / "configs"
_SCENARIOS = tuple(sorted(path.name for path in CONFIGS.glob("*.toml")))
_QUICK = ("layered_table.toml", "quick_start.toml")
_TABLES = (
    ("layered_table.toml", "layered_table.csv"),
    ("eastern_flank.toml", "historical_raids.csv"),
)
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "latin-1", "utf-32")
_HDF5 = (
    *(("show",), ("show", "--json"), ("show", "--by", "asset"), ("show", "--by", "class")),
    *(("show", "--by", "battery"), ("show", "--by", "cause"), ("merge",), ("resume",), ("part",)),
)


class Inputs:
    """Good inputs in a folder of their own, to be spoilt one at a time; cases are counted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "inputs"
        self.outside = folder / "outside.h5"
        self.counts: dict[str, Counter[str]] = {}
        shutil.copytree(CONFIGS, self.folder)
        (self.folder / "table.toml").write_text(TABLE, encoding="utf-8")
        result = simulate(load(self.folder / "table.toml"), devices=1)
        self.result = self.folder / "result.h5"
        write(result, self.result)
        self.image = self.result.read_bytes()
        write(result, self.outside)
        (folder / "outside.csv").write_text("threat\n", encoding="utf-8")
        (self.folder / "outside.csv").symlink_to(folder / "outside.csv")

    def ran(self, target: str, *words: str) -> None:
        """A command on a spoilt input, judged and counted."""
        code = command(self.folder, *words)
        self.counts.setdefault(target, Counter())["accepted" if code == 0 else "refused"] += 1

    def scenario(self, name: str, edits: list[tuple[str, int, str, int]], worlds: int) -> None:
        """`check` of a scenario whose text is edited."""
        spoilt = self.folder / "spoilt.toml"
        text = (CONFIGS / name).read_text(encoding="utf-8")
        spoilt.write_bytes(encoded(edited_text(text, edits), "utf-8"))
        self.ran("scenario files", "check", str(spoilt), "--worlds", str(worlds))

    def table(self, names: tuple[str, str], edits: Any, binary: Any, encoding: str) -> None:
        """`check` of a scenario whose table is edited, as text and then as bytes."""
        scenario, table = names
        text = edited_text((CONFIGS / table).read_text(encoding="utf-8"), edits)
        content = encoded(text, encoding)
        (self.folder / table).write_bytes(edited_bytes(content, binary) if binary else content)
        try:
            self.ran("tables (CSV)", "check", str(self.folder / scenario), "--worlds", "1")
        finally:
            shutil.copy(CONFIGS / table, self.folder / table)

    def damaged(self, edits: list[tuple[str, int, bytes]], words: tuple[str, ...]) -> None:
        """A command on a result file of which bytes are changed."""
        self._read("result files, bytes", edited_bytes(self.image, edits), lambda _: None, words)

    def harmed(self, edits: Any, seal: bool, words: tuple[str, ...]) -> None:
        """A command on a result file of another structure, with checksums that fit if `seal`."""

        def harm(path: Path) -> None:
            edit_file(path, self.outside, edits)
            if seal:
                sealed(path)

        self._read("result files, structure", self.image, harm, words)

    def _read(
        self, target: str, image: bytes, harm: Callable[[Path], None], words: tuple[str, ...]
    ) -> None:
        spoilt, output = self.folder / "spoilt.h5", self.folder / "output.h5"
        part = self.folder / "spoilt.h5.part"
        first = part if words[0] == "part" else spoilt
        for left in (spoilt, part, output):
            left.unlink(missing_ok=True)
        first.write_bytes(image)
        harm(first)
        if words[0] in ("resume", "part"):
            run = ("run", str(self.folder / "table.toml"), "--resume", "--quiet", "--devices", "1")
            self.ran(target, *run, "-o", str(spoilt))
        elif words[0] == "merge":
            self.ran(target, "merge", "--allow-gaps", str(spoilt), "-o", str(output))
        else:
            self.ran(target, words[0], str(spoilt), *words[1:])


def targets(inputs: Inputs) -> tuple[Callable[..., None], ...]:
    """The functions to be given examples."""
    quick = st.tuples(st.sampled_from(_QUICK), text_edits, st.just(1))
    all_of_them = st.tuples(st.sampled_from(_SCENARIOS), text_edits, st.just(1))

    @given(quick | all_of_them)
    def scenario(case: Any) -> None:
        inputs.scenario(*case)

    @given(
        st.sampled_from(_TABLES), text_edits, st.just([]) | byte_edits, st.sampled_from(_ENCODINGS)
    )
    def table(names: Any, edits: Any, binary: Any, encoding: str) -> None:
        inputs.table(names, edits, binary, encoding)

    @given(byte_edits, st.sampled_from(_HDF5))
    def damaged(edits: Any, words: Any) -> None:
        inputs.damaged(edits, words)

    @given(file_edits, st.booleans(), st.sampled_from(_HDF5))
    def harmed(edits: Any, seal: bool, words: Any) -> None:
        inputs.harmed(edits, seal, words)

    return scenario, table, damaged, harmed


def explored(target: Callable[..., None], cases: int, number: int | None) -> None:
    """So many examples of a target; the same ones each time unless a number is given."""
    phases = (Phase.generate, Phase.shrink)
    run = settings(
        max_examples=cases,
        deadline=None,
        derandomize=number is None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )(target)
    (run if number is None else seed(number)(run))()


def fuzzed(minutes: float, first: int) -> dict[str, dict[str, int]]:
    """Cases of all targets in turn for so long; counts of accepted and refused by target."""
    with tempfile.TemporaryDirectory(prefix="mcdefense-fuzz-") as name:
        inputs = Inputs(Path(name))
        end = time.monotonic() + 60 * minutes
        for number in itertools.count(first):
            for target in targets(inputs):
                explored(target, 40, number)
                if time.monotonic() > end:
                    return {what: dict(count) for what, count in inputs.counts.items()}
    raise AssertionError("unreachable")
