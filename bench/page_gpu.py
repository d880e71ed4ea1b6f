"""The figures of bench/gpu.py as tables of docs/performance.md."""

from __future__ import annotations

from typing import Any

Report = dict[str, Any]
AIMS = (
    ("small, the best batch", 120.0),
    ("flank, the best batch", 60.0),
    ("mass_raid, the best batch", 35.0),
    ("flank, 256 x 4,096", 60.0),
    ("small, 16,384 x 64", 100.0),
)
"""G pairings a second by the clock that an H100 should reach at least."""
MOST_KERNELS_S = 1.0
"""Seconds in kernels of the whole command on the main example at most."""
MOST_COMPILE_S = 3.0
"""Seconds from the list of `flank` to kernels on the card at most."""


ABOUT = ("card", "compiler", "machine", "date", "commit", "versions")
"""Where, when and with what a report's parts were measured."""
PARTS = ("rates", "worlds", "fleet", "compile", "peer", "command", "equal")
BY_CASE = ("rates", "worlds", "fleet", "compile", "equal")
"""Parts that hold something for each case."""
NAMES = {
    "rates": "rates by trials",
    "fleet": "worlds as a run launches them",
    "compile": "time to compile and registers",
    "peer": "CUDA by hand",
    "command": "the whole command",
    "equal": "equality of counts",
}
"""Parts as the page calls them."""


def merged_gpu(kept: Report, report: Report) -> Report:
    """The parts kept, with those of a new report in their place, each with where it is from. A part
    of which a new report has only some cases, or that failed after some, keeps the others."""
    whole: Report = {**kept, "measured": dict(kept.get("measured", {}))}
    about = {key: report[key] for key in ABOUT if key in report}
    for part in PARTS:
        found = dict(report.get(part, {}))
        failed = found.pop("failed", None) is not None
        if not found or (failed and part not in BY_CASE):
            continue
        left = {key: old for key, old in whole.get(part, {}).items() if key not in found}
        names = [part]
        if part in BY_CASE and left:
            names, found = [f"{part}, {key}" for key in found], {**left, **found}
        else:  # nothing is left of what was measured case by case
            own = [name for name in whole["measured"] if name.startswith(f"{part}, ")]
            for name in own:
                del whole["measured"][name]
        whole[part] = found
        whole["measured"] |= dict.fromkeys(names, about)
    return whole


def gpu(kept: Report) -> str:
    """All that was measured on a GPU."""
    parts = [_rates(kept["rates"]), _worlds(kept["worlds"]), *_fleet(kept)]
    parts.append(_compiled(kept["compile"]))
    parts += [_aims(kept), *_peer(kept), *_command(kept), _equal(kept["equal"]), _where(kept)]
    return "\n\n".join(parts)


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.3g}"


def _kernels(one: Report) -> str:
    return ", ".join(_ms(seconds) for seconds in one["kernels_s"].values())


def _rates(rates: Report) -> str:
    lines = [
        "| case | trials in one launch | by the clock, G/s | list alone, G/s | ms by the clock |"
        " ms of begin, replay, count, compare | tables sent, MB | on the card, MB |",
        "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |",
    ]
    for name, batches in rates.items():
        for trials, one in batches.items():
            lines.append(
                f"| {name} | {int(trials):,} | {one['by_the_clock_g_per_s']:.1f}"
                f" | {one['list_g_per_s']:.1f} | {_ms(one['seconds'])} | {_kernels(one)}"
                f" | {one['sent_mb']:,.1f} | {one['card_mb']:,.0f} |"
            )
    return "\n".join(lines)


def _worlds(worlds: Report) -> str:
    lines = [
        "| worlds x trials | launches | bits of a count | by the clock, G/s | ms by the clock |"
        " ms of begin, replay, count, compare | ms to send, to fetch | then on the host, ms |"
        " packed before, ms | sent, MB | fetched, MB |",
        "| --- | ---: | ---: | ---: | ---: | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for key, one in worlds.items():
        every = [("1", one), *one.get("in_parts", {}).items(), *one.get("of_64_bits", {}).items()]
        for launches, found in every:
            transfers = found.get("transfers_s", {})
            sent = ", ".join(_ms(transfers[name]) for name in ("send", "fetch") if transfers)
            host = f"{1e3 * found['outcomes_s']:,.0f}" if "outcomes_s" in found else "-"
            lines.append(
                f"| {one['case']}, {key} | {launches} | {found.get('bits', 64)}"
                f" | {found['by_the_clock_g_per_s']:.1f} | {_ms(found['seconds'])}"
                f" | {_kernels(found) if 'kernels_s' in found else '-'} | {sent or '-'} | {host}"
                f" | {1e3 * found['packed_s']:,.0f} | {found['sent_mb']:,.0f}"
                f" | {_fetched(found)} |"
            )
    return "\n".join(lines)


def _fetched(found: Report) -> str:
    return f"{found['fetched_mb']:,.0f}" if "fetched_mb" in found else "-"


def _fleet(kept: Report) -> list[str]:
    """Many worlds from the first list to the last counts."""
    return [
        f"Through what a run uses, with tables packed, launches chosen and each world's counts made"
        f" within the time, {one['case']}, {key} took {one['seconds']:.2f} s, of which kernels"
        f" {one['kernels_s']:.2f} s."
        for key, one in kept.get("fleet", {}).items()
    ]


def _compiled(compiled: Report) -> str:
    lines = [
        "| case | list to kernels, s | tracing, s | NVRTC, s | registers of begin, replay, count,"
        " compare | spilled, bytes |",
        "| --- | ---: | ---: | ---: | --- | ---: |",
    ]
    order = ("begin", "replay", "count", "compare")
    for name, one in compiled.items():
        trace, nvrtc = _sum(one["trace_s"]), _sum(one["nvrtc_s"])
        registers = ", ".join(str(one["registers"][kernel]) for kernel in order)
        spilled = one["spilled_bytes"].values()
        lines.append(
            f"| {name} | {_compile_s(one):.1f} | {trace:.1f} | {nvrtc:.1f} | {registers}"
            f" | {'not reported' if None in spilled else sum(spilled)} |"
        )
    return "\n".join(lines)


def _sum(seconds: Any) -> float:
    return sum(seconds.values()) if isinstance(seconds, dict) else float(seconds)


def _compile_s(one: Report) -> float:
    """By the clock: kernels are compiled at once, or were one after the other."""
    return float(one.get("compile_s", _sum(one["trace_s"]) + _sum(one["nvrtc_s"])))


def _best(kept: Report, what: str) -> float:
    name, _, which = what.partition(", ")
    if which == "the best batch":
        return max(float(one["by_the_clock_g_per_s"]) for one in kept["rates"][name].values())
    one = kept["worlds"][which]
    every = [one, *one.get("in_parts", {}).values()]
    return max(float(measured["by_the_clock_g_per_s"]) for measured in every)


def _aims(kept: Report) -> str:
    lines = ["| aim | measured | |", "| --- | ---: | --- |"]
    for what, least in AIMS:
        found = _best(kept, what)
        holds = "holds" if found >= least else "**missed**"
        lines.append(f"| {what}: at least {least:g} G/s | {found:.1f} | {holds} |")
    seconds = _compile_s(kept["compile"]["flank"])
    holds = "holds" if seconds <= MOST_COMPILE_S else "**missed**"
    lines.append(f"| flank: list to kernels in {MOST_COMPILE_S:g} s | {seconds:.1f} s | {holds} |")
    if "seconds_kernels" in kept.get("command", {}):
        spent = float(kept["command"]["seconds_kernels"])
        holds = "holds" if spent < MOST_KERNELS_S else "**missed**"
        aim = f"`mcdefense run bench/flank.toml`: less than {MOST_KERNELS_S:g} s in kernels"
        lines.append(f"| {aim} | {spent:.2f} s | {holds} |")
    return "\n".join(lines)


def _peer(kept: Report) -> list[str]:
    if "ratio" not in kept.get("peer", {}):
        return []
    peer = kept["peer"]
    return [
        f"CUDA by hand for the rules of `small` alone: {peer['g_per_s']:.1f} G/s at"
        f" {peer['trials']:,} trials, by the kernel alone. Our four kernels together, which count"
        f" more, are {peer['ratio']:.2f} times as fast. Outcomes by object are"
        f" {'equal' if peer['outcomes_equal'] else '**not equal**'}."
    ]


def _command(kept: Report) -> list[str]:
    if "seconds" not in kept.get("command", {}):
        return []
    one = kept["command"]
    phases = ", ".join(
        f"{key.removeprefix('seconds_')} {float(value):.2f}"
        for key, value in one.items()
        if key.startswith("seconds_")
    )
    return [
        f"`mcdefense run bench/flank.toml` took {one['seconds']:.1f} s by the clock;"
        f" seconds by phase: {phases}."
    ]


def _equal(equal: Report) -> str:
    cases = ", ".join(f"{name} ({one['trials']:,} trials)" for name, one in equal.items())
    differ = sorted(name for name, one in equal.items() if one["differ"])
    said = f"**differ on {', '.join(differ)}**" if differ else "all equal"
    return f"Counts against the CPU's: {said}; compared were {cases}."


def _where(kept: Report) -> str:
    """A line for each time it was measured, with the parts that are from then."""
    parts: dict[str, list[str]] = {}
    for part, by in kept["measured"].items():
        versions = ", ".join(f"{k} {v}" for k, v in by["versions"].items() if v and k != "gcc")
        machine = by["machine"]
        line = (
            f"{by['card']}, {by['compiler']}; {machine['cores']} cores of {machine['cpu']};"
            f" {by['date'][:16].replace('T', ' ')}, commit {by['commit']}; {versions}."
        )
        head, *rest = part.split(", ", 1)
        parts.setdefault(line, []).append(", ".join([NAMES.get(head, head), *rest]))
    return "\n".join(f"- Measured together: {'; '.join(own)}. {by}" for by, own in parts.items())
