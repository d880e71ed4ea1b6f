"""docs/performance.md says what the bench measured."""

from __future__ import annotations

import json
from typing import Any

import page as bench_page
import pytest
from page_gpu import ABOUT, gpu, merged_gpu


@pytest.fixture(scope="module")
def cases() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(bench_page.KEPT.read_text(encoding="utf-8"))
    return kept


@pytest.fixture(scope="module")
def scales() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(bench_page.KEPT_SCALING.read_text(encoding="utf-8"))
    return kept


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(bench_page.KEPT_GPU.read_text(encoding="utf-8"))
    return kept


def test_the_page_is_current(
    cases: dict[str, Any], scales: dict[str, Any], card: dict[str, Any]
) -> None:
    text = bench_page.PAGE.read_text(encoding="utf-8")
    assert text == bench_page.page(text, cases, scales, card), "python bench/page.py"


def test_the_gpus_counts_equal_the_cpus(card: dict[str, Any]) -> None:
    assert {"small", "flank", "mass_raid"} <= card["equal"].keys()
    assert all(case["differ"] == [] for case in card["equal"].values())


def test_every_case_kept_is_of_engines_in_agreement(cases: dict[str, Any]) -> None:
    assert {"small", "mass_raid"} <= cases.keys()
    for case in cases.values():
        names = [e["name"] for e in case["engines"]]
        assert names[0] == "mcdefense"
        assert "c_vector" in names
        assert all(e["largest_z"] <= 4 for e in case["engines"])


def test_a_new_figure_changes_the_page(
    cases: dict[str, Any], scales: dict[str, Any], card: dict[str, Any]
) -> None:
    text = bench_page.PAGE.read_text(encoding="utf-8")
    case = json.loads(json.dumps(cases["small"]))
    case["engines"][0]["pairings_per_s"] /= 1000
    report = {**case["measured"], "cases": {"small": case}}
    changed = bench_page.page(text, bench_page.merged(cases, report), scales, card)
    assert changed != text
    assert "**missed**" in changed
    slow = json.loads(json.dumps(card))
    for one in slow["rates"]["small"].values():
        one["by_the_clock_g_per_s"] = 1.5
    assert "| small, the best batch: at least 120 G/s | 1.5 | **missed** |" in bench_page.page(
        text, cases, scales, slow
    )


def test_parts_measured_anew_on_a_gpu_are_told_from_those_kept(card: dict[str, Any]) -> None:
    about = {key: card["measured"]["rates"][key] for key in ABOUT} | {"date": "2030-01-02T03:04:05"}
    parts = {"compile": card["compile"], "rates": {"failed": "no card"}, "worlds": {"1 x 1": {}}}
    merged = merged_gpu(card, {**about, **parts})
    assert merged["rates"] == card["rates"]
    assert merged["worlds"].keys() == {*card["worlds"], "1 x 1"}
    new = [part for part, by in merged["measured"].items() if by["date"] == about["date"]]
    assert sorted(new) == ["compile", "worlds, 1 x 1"]
    assert "time to compile and registers; worlds, 1 x 1. " in gpu(
        {**merged, "worlds": card["worlds"]}
    )


def test_a_page_without_its_places_is_refused(
    cases: dict[str, Any], scales: dict[str, Any], card: dict[str, Any]
) -> None:
    with pytest.raises(SystemExit, match="expected <!-- speeds -->"):
        bench_page.page("nothing", cases, scales, card)
