"""Where a result comes from: versions, machine, seed, times, and what the reader needs to know."""

from __future__ import annotations

import datetime
import json
import platform
import socket
from collections.abc import Sequence
from functools import cache
from importlib import metadata

from mcdefense.contract import MODEL_VERSION
from mcdefense.run.options import RunOptions
from mcdefense.scenario import (
    Scenario,
    override_notes,
    posts_of,
    replayed_fallbacks,
    resolve_architecture,
)
from mcdefense.world import raid_plan_weights

_MOST_HISTORY = 20
PACKAGES = ("mcdefense", "jax", "jaxlib", "numpy", "h5py", "scipy")


def provenance(
    scenario: Scenario,
    options: RunOptions,
    *,
    device: str,
    pairings: int,
    seconds: dict[str, float],
    warnings: list[str],
) -> dict[str, str | int | float]:
    """Attributes for the file; times in seconds by phase."""
    size = options.size(scenario)
    created = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    engagement = scenario.engagement
    values: dict[str, str | int | float] = {
        "title": scenario.title,
        "marking": scenario.marking,
        "source": f"mcdefense {version('mcdefense')}: Monte Carlo simulation of a scenario",
        "history": f"{created} simulated by mcdefense {version('mcdefense')}",
        "overrides": "\n".join(f"{path} = {text}" for path, text in scenario.overrides),
        "override_notes": json.dumps(override_notes(scenario)),
        "scenario_sha256": scenario.sha256,
        "seed": size.seed,
        "trials_per_world": size.trials,
        "worlds": size.worlds,
        "shard": "" if options.shard is None else str(options.shard),
        "model_version": MODEL_VERSION,
        "batch": options.batch or 0,
        "device": device,
        "host": socket.gethostname(),
        "python_version": platform.python_version(),
        "created": created,
        "pairings": pairings,
        "baseline": scenario.baseline,
        "compare": scenario.compare,
        "margin": engagement.margin,
        "ladder": json.dumps(list(engagement.ladder)),
        "variants": json.dumps(scenario.variants),
        "plan_weights": json.dumps(raid_plan_weights(scenario)),
        "fallbacks": json.dumps(replayed_fallbacks(scenario)),
        "posts": json.dumps(posts_of(scenario)),
        "raid_every_s": _every_s(scenario),
        "stores": json.dumps(_stores(scenario) if scenario.raids > 1 else {}),
        "labels": json.dumps({n: a.label or n for n, a in scenario.architecture.items()}),
        "interceptor_costs": json.dumps({n: i.cost for n, i in scenario.interceptor.items()}),
        "threat_costs": json.dumps({n: t.cost for n, t in scenario.threat.items()}),
        "asset_values": json.dumps({n: a.value for n, a in scenario.asset.items()}),
        "onsets": json.dumps(_onsets(scenario)),
        "warnings": json.dumps(warnings),
    }
    values.update({f"{name}_version": version(name) for name in PACKAGES})
    values.update({f"seconds_{name}": value for name, value in seconds.items()})
    return values


def _onsets(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """When networks are lost during the raid, the window [s] by architecture."""
    found = {}
    for name, architecture in scenario.architecture.items():
        onset = None if architecture.network is None else architecture.network.onset_s
        if onset is not None:
            found[name] = onset if isinstance(onset, tuple) else (onset, onset)
    return found


@cache
def version(package: str) -> str:
    """The version of an installed package, whose files are read once."""
    return metadata.version(package)


def _every_s(scenario: Scenario) -> float:
    """Time from one raid of the sequence to the next [s]; 0 where waves have several."""
    every = {wave.every_s for wave in scenario.raid.values() if wave.repeat > 1}
    return (every.pop() or 0.0) if len(every) == 1 else 0.0


def _stores(scenario: Scenario) -> dict[str, dict[str, int | None]]:
    """Rounds in the stores behind all magazines, by architecture and interceptor; None without end.

    Interceptors that no battery is filled up with are left out."""
    found: dict[str, dict[str, int | None]] = {}
    for name in scenario.architecture:
        stores = found[name] = {}
        for battery in resolve_architecture(scenario, name).scenario.battery.values():
            for interceptor, reload in battery.reload.items():
                known, stock = stores.get(interceptor, 0), reload.stock
                stores[interceptor] = None if known is None or stock is None else known + stock
    return found


def idle_warning(interceptor: str) -> str:
    """What is said of an interceptor that no world gives an opportunity."""
    return f"interceptor {interceptor} has no opportunity against any threat class present"


def combined(parts: Sequence[dict[str, str | int | float]]) -> dict[str, str | int | float]:
    """What changes where one file is made of the work of several runs, the last the newest.

    Times add up; hosts, devices and versions are listed, each once.
    """
    values: dict[str, str | int | float] = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        given = [part[name] for part in parts if name in part]
        if name.startswith("seconds_"):
            values[name] = sum(float(value) for value in given)
        elif name in ("host", "device") or name.endswith("_version"):
            if name != "model_version":
                listed = {entry for value in given for entry in str(value).split(", ")}
                values[name] = ", ".join(sorted(listed))
        elif name == "history":
            values[name] = "\n".join(_least_and_last([str(value) for value in given]))
        elif name == "batch" and len(set(given)) > 1:
            values[name] = 0
    return values


def merged(
    parts: Sequence[dict[str, str | int | float]], files: int
) -> dict[str, str | int | float]:
    """What changes where a file is merged now, of so many files."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    known = combined(parts)
    line = f"{now} {files:,} files merged by mcdefense {version('mcdefense')}"
    return {**known, "shard": "", "created": now, "history": f"{known['history']}\n{line}"}


def _least_and_last(histories: list[str]) -> list[str]:
    """The oldest line and the last ones of many: a merge of 1,000 files keeps a short history."""
    lines = sorted({line for text in histories for line in text.splitlines()})
    return lines if len(lines) <= _MOST_HISTORY else [lines[0], *lines[1 - _MOST_HISTORY :]]
