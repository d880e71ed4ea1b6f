"""A comparison that fails fails its test, and everything compared is recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.validation_record import Record

pytest_plugins = ["pytester"]

TESTS = """
import pytest
pytestmark = pytest.mark.claim("z", "A claim", oracle="by hand")

def test_right(record):
    record.mean("mean", exact=1.0, estimated=1.1, standard_error=0.05)
    record.share("share", exact=0.5, count=52, trials=100)
    record.histogram("histogram", exact=[0.5, 0.5], seen=[45, 55])
    record.digits("digits", exact=0.3333, estimated=1 / 3, decimals=4)
    record.same("same", exact=0, estimated=0)
    record.between("between", least=0.9, most=1.0, estimated=0.95)
    record.p_value("p", p=0.3, note="runs")
    with record.refuses("twice as much", by="z"):
        record.mean("wrong", exact=1.0, estimated=2.0, standard_error=0.1)

def test_wrong(record):
    record.mean("mean", exact=1.0, estimated=1.5, standard_error=0.1)

@pytest.mark.slow
def test_blind(record):
    with record.refuses("one"):
        record.same("same", exact=1, estimated=1)
"""


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_all_that_was_compared_is_written(pytester: pytest.Pytester, options: list[str]) -> None:
    conftest = Path(__file__).parents[2] / "conftest.py"
    pytester.makeconftest(conftest.read_text(encoding="utf-8"))
    pytester.makeini(
        f"[pytest]\npythonpath = {Path(__file__).parents[3]}\n"
        "markers =\n    claim(section, title, oracle): a claim\n    slow: takes minutes"
    )
    pytester.makepyfile(test_some=TESTS)
    done = pytester.runpytest_subprocess("--record", "out.json", "-p", "no:cacheprovider", *options)
    done.assert_outcomes(passed=1, failed=2)
    tests = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))
    blind, right, wrong = (tests[name] for name in sorted(tests))
    assert [t["outcome"] for t in (blind, right, wrong)] == ["failed", "passed", "failed"]
    assert right["claim"] == {
        "section": "z",
        "title": "A claim",
        "oracle": "by hand",
        "slow": False,
    }
    assert blind["claim"]["slow"]
    rows = {row["case"]: row for row in right["comparisons"]}
    assert [row["verdict"] for row in rows.values()] == ["holds"] * 7 + ["refused"]
    assert (rows["mean"]["z"], rows["share"]["z"], rows["histogram"]["z"]) == (2.0, 0.4, 1.0)
    assert rows["histogram"]["p"] == 0.317
    assert (rows["digits"]["exact"], rows["digits"]["estimated"]) == ("0.3333", "0.3333")
    assert rows["twice as much; wrong"]["z"] == 10.0
    assert [row["verdict"] for row in wrong["comparisons"]] == ["fails"]
    assert [row["verdict"] for row in blind["comparisons"]] == ["not refused"]


def test_without_a_claim_nothing_is_compared(record: Record) -> None:
    with pytest.raises(LookupError, match=r"pytest\.mark\.claim"):
        record.same("x", exact=1, estimated=1)
