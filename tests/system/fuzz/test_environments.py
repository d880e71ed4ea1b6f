"""Environments drawn at random: the usual counts, or one line that says which setting."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.system.fuzz.environments import REFUSED, SETTINGS, Environments, drawn

CASES = int(os.environ.get("MCDEFENSE_ENVIRONMENTS", "6"))
"""So many in the default run, of some 3 s each; an environment variable asks for more."""


def test_a_run_in_any_environment_has_the_usual_counts_or_names_the_setting(
    tmp_path: Path, seed: int
) -> None:
    trying = Environments(tmp_path)
    for number in range(CASES):
        trying.tried(1000 * seed + number)
    assert sum(trying.counts.values()) == CASES
    assert trying.counts["accepted"]


def test_the_judge_sees_other_counts_and_a_refusal_that_is_none(tmp_path: Path) -> None:
    trying = Environments.__new__(Environments)
    trying.folder, trying.usual = tmp_path, "others"
    (tmp_path / "table.toml").write_text("[run]\nworlds = -1\n", encoding="utf-8")
    number = next(n for n in range(1000) if not _refused(n))
    with pytest.raises(AssertionError, match=r"^environment \d+: "):
        trying.tried(number)


def _refused(number: int) -> bool:
    """Whether this environment holds a setting that nothing can be computed under."""
    environment, _ = drawn(number)
    assert set(environment) <= set(SETTINGS)
    return bool(REFUSED & set(environment.items()))
