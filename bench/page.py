"""Puts the bench's figures into docs/performance.md.

python bench/page.py FILE    the figures in FILE (--json of run.py, scaling.py, gpu.py) are kept
python bench/page.py         the page anew, from what was kept

The page is written by hand but for what stands between `<!-- NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from page_gpu import gpu, merged_gpu

DOCS = Path(__file__).parents[1] / "docs"
PAGE, KEPT = DOCS / "performance.md", DOCS / "performance.json"
KEPT_SCALING = DOCS / "performance_scaling.json"
KEPT_GPU = DOCS / "performance_gpu.json"
AIMS = (
    ("small", "numpy", 20.0),
    ("small", "numba", 3.0),
    ("small", "c_vector", 0.8),
    ("mass_raid", "numpy", 20.0),
    ("mass_raid", "numba", 3.0),
    ("mass_raid", "c_vector", 0.6),
)
"""Least ratio of mcdefense's pairings a second to a peer's, in one run."""
MOST_BYTES = 1.5e9
"""Most memory that a run should take."""

Report = dict[str, Any]


def rates(case: Report, unit: str = "pairings_per_s") -> dict[str, float]:
    """Pairings a second by engine."""
    return {engine["name"]: engine[unit] for engine in case["engines"]}


def speeds(cases: Report) -> str:
    """Every engine on every case."""
    lines = [
        "| case | engine | M pairings/s | range | of C | a core | of C | compile, s | peak, MB |"
        " z |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, case in cases.items():
        yardstick = rates(case).get("c_vector")
        core = rates(case, "pairings_per_core_s").get("c_vector")
        for e in case["engines"]:
            low, high = (f"{rate / 1e6:,.1f}" for rate in e["pairings_per_s_range"])
            of = f"{e['pairings_per_s'] / yardstick:.2f}" if yardstick else "-"
            of_core = f"{e['pairings_per_core_s'] / core:.2f}" if core else "-"
            lines.append(
                f"| {name} | {e['name']} | {e['pairings_per_s'] / 1e6:,.1f} | {low} to {high}"
                f" | {of} | {e['pairings_per_core_s'] / 1e6:,.1f} | {of_core}"
                f" | {e['compile_s']:.1f} | {e['peak_bytes'] / 1e6:,.0f} | {e['largest_z']:.1f} |"
            )
    return "\n".join(lines)


def aims(cases: Report) -> str:
    """What was aimed at, and what there is."""
    lines = ["| aim | measured | |", "| --- | ---: | --- |"]

    def add(aim: str, measured: str, holds: bool) -> None:
        lines.append(f"| {aim} | {measured} | {'holds' if holds else '**missed**'} |")

    for name, peer, least in AIMS:
        by_engine = rates(cases.get(name, {"engines": []}))
        if {"mcdefense", peer} <= by_engine.keys():
            ratio = by_engine["mcdefense"] / by_engine[peer]
            add(f"{name}: at least {least:g} x {peer}", f"{ratio:.2f} x", ratio >= least)
    if {"small", "many_worlds"} <= cases.keys():
        cost = rates(cases["small"])["mcdefense"] / rates(cases["many_worlds"])["mcdefense"]
        add("many_worlds: a pairing costs at most 2 x that of small", f"{cost:.2f} x", cost <= 2)
    for name, case in cases.items():
        peak = next(e["peak_bytes"] for e in case["engines"] if e["name"] == "mcdefense")
        add(f"{name}: peak memory below 1.5 GB", f"{peak / 1e9:.2f} GB", peak < MOST_BYTES)
    return "\n".join(lines)


def sizes(cases: Report) -> str:
    """What a case is made of."""
    lines = [
        "| case | what | objects | batteries | opportunities | architectures | tracks |"
        " steps of sharing | worlds | list built, s |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, c in cases.items():
        numbers = ("objects", "batteries", "opportunities", "architectures", "tracks")
        cells = [f"{c[key]:,}" for key in (*numbers, "sharing_steps", "worlds")]
        lines.append(f"| {name} | {c['meaning']} | {' | '.join(cells)} | {c['build_s']:.1f} |")
    return "\n".join(lines)


def measured(cases: Report) -> str:
    """Where, when and with what each case was measured."""
    lines = ["| case | machine | load before and after | date | commit | versions |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for name, case in cases.items():
        by = case["measured"]
        machine = by["machine"]
        versions = ", ".join(f"{k} {v}" for k, v in by["versions"].items() if v)
        lines.append(
            f"| {name} | {machine['cpu']}, {machine['cores']} cores, {' '.join(machine['simd'])}"
            f" | {machine['load_before']:.1f}, {machine['load_after']:.1f} | {by['date'][:10]}"
            f" | {by['commit']} | {versions} |"
        )
    return "\n".join(lines)


BLOCKS: dict[str, Callable[[Report], str]] = {
    "speeds": speeds,
    "aims": aims,
    "sizes": sizes,
    "measured": measured,
}


def scaling(kept: Report) -> str:
    """How the cost changes with the size of the task."""
    lines = ["| ratio | measured | range | aim | |", "| --- | ---: | ---: | ---: | --- |"]
    for e in kept["scaling"]:
        bound = f"{'at least' if e['at_least'] else 'at most'} {e['bound']:g}"
        lines.append(
            f"| {e['meaning']} | {e['ratio']:.2f} | {e['low']:.2f} to {e['high']:.2f} | {bound}"
            f" | {'holds' if e['holds'] else '**missed**'} |"
        )
    machine = kept["machine"]
    loads = f"load {machine['load_before']:.1f} before, {machine['load_after']:.1f} after"
    where = f"{machine['cpu']}, {machine['cores']} cores, {loads}"
    lines += ["", f"{where}; {kept['date'][:10]}, commit {kept['commit']}."]
    return "\n".join(lines)


def page(text: str, cases: Report, scales: Report, card: Report) -> str:
    """The page's text with its figures as they are now."""
    figures = {name: block(cases) for name, block in BLOCKS.items()}
    figures |= {"scaling": scaling(scales), "gpu": gpu(card)}
    for name, block in figures.items():
        before, after = f"<!-- {name} -->\n", "<!-- end -->"
        begin = text.find(before)
        end = text.find(after, begin)
        if begin < 0 or end < 0:
            raise SystemExit(f"{PAGE.name}: expected <!-- {name} --> ... {after}")
        text = f"{text[: begin + len(before)]}\n{block}\n\n{text[end:]}"
    return text


def merged(kept: Report, report: Report) -> Report:
    """The cases kept, with those of a new report in their place, each with where it is from."""
    by = {key: report[key] for key in ("machine", "date", "versions", "commit", "cores_each")}
    new = {name: {**case, "measured": by} for name, case in report["cases"].items()}
    return {**kept, **new}


def _kept(file: Path) -> Report:
    kept: Report = json.loads(file.read_text(encoding="utf-8"))
    return kept


def _keep(file: Path, report: Report) -> None:
    file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Keep a report's figures, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "file", nargs="?", type=Path, help="JSON of bench/run.py, scaling.py or gpu.py"
    )
    file = parser.parse_args().file
    report = {} if file is None else json.loads(file.read_text(encoding="utf-8"))
    if "scaling" in report:
        _keep(KEPT_SCALING, report)
    elif "card" in report:
        _keep(KEPT_GPU, merged_gpu(_kept(KEPT_GPU), report))
    elif report:
        _keep(KEPT, merged(_kept(KEPT), report))
    kept = _kept(KEPT), _kept(KEPT_SCALING), _kept(KEPT_GPU)
    text = page(PAGE.read_text(encoding="utf-8"), *kept)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
