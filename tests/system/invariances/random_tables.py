"""Random opportunity tables that use every rule, as hypothesis draws them; all of them share one
compiled program (the drill of opportunity_table.py, the room of conftest.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.support.opportunity_table import cells, scenario_text

few = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Some examples a run, others each time: what is exact has no false alarms."""

BATTERIES = ("north", "south", "west")
SENSORS = ("eye", "ear")
WAVES = ("alpha", "bravo", "charlie")
CLASSES = ("m", "n", "d")
TYPES = ("x", "y")

Draw = Callable[[st.SearchStrategy[Any]], Any]

_SOME = st.sampled_from([0.25, 0.5, 0.75, 1.0])
_SECONDS = st.integers(0, 40) | st.integers(0, 60_000).map(lambda ms: ms / 1000)
_CUMULATIVE = st.sampled_from([("0.5 0.75", "0.75 1"), ("0 0.5", "1 1"), ("1 1", "1 1")])
_ROUNDS = st.integers(0, 4)


def _quoted(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _maybe(draw: Draw, key: str, values: st.SearchStrategy[Any]) -> list[str]:
    return [f"{key} = {draw(values)}"] if draw(st.booleans()) else []


def _wave(draw: Draw) -> str:
    count = draw(st.sampled_from(["1", "2", "[1, 2]", "{poisson = 1}"]))
    parts = [f'class = "{draw(st.sampled_from(CLASSES))}"', f"count = {count}"]
    parts += _maybe(
        draw, "asset", st.sampled_from(['"port"', '["port", "city"]', "{port = 1, city = 2}"])
    )
    if draw(st.booleans()):
        begin = draw(_SECONDS)
        parts += [f"start_s = [{begin}, {begin + draw(_SECONDS)}]"]
        kinds = ['"uniform"', '"regular"', '"simultaneous"', '"poisson"']
        parts += _maybe(draw, "arrival", st.sampled_from(kinds))
    else:
        parts += [f"start_s = {draw(_SECONDS)}"]
    return ", ".join(parts)


def _battery(draw: Draw) -> str:
    magazine = ", ".join(f"{kind} = {draw(_ROUNDS)}" for kind in TYPES)
    parts = [f"magazine = {{{magazine}}}"]
    parts += _maybe(draw, "channels", st.integers(1, 3))
    parts += _maybe(draw, "reaction_s", st.integers(0, 5))
    parts += _maybe(draw, "hold_s", st.integers(0, 9))
    parts += _maybe(draw, "reload_s", st.integers(0, 30))
    parts += _maybe(draw, "sensors", st.sampled_from(['["eye"]', '["ear"]', '["eye", "ear"]']))
    parts += _maybe(draw, "salvo", st.sampled_from(["{m = [2, 1]}", "{n = [1, 0]}"]))
    parts += _maybe(draw, "reserve", st.just("{x = {n = 1}}"))
    return ", ".join(parts)


def _doctrine(draw: Draw, cell_names: Sequence[str]) -> str:
    if draw(st.booleans()):
        parts = _maybe(draw, "cells", st.sampled_from(cell_names).map(lambda c: _quoted([c])))
        parts += _maybe(draw, "burst_s", st.integers(0, 20))
        parts += _maybe(draw, "allot", st.sampled_from(['"even"', '"first_come"']))
        parts += _maybe(draw, "random", st.sampled_from(["true", "false"]))
        parts += _maybe(draw, "decision_s", st.integers(0, 8))
        return ", ".join(parts)
    parts = _maybe(draw, "classes", st.sampled_from(CLASSES).map(lambda c: _quoted([c])))
    parts += _maybe(draw, "salvo", st.lists(st.integers(0, 3), min_size=1, max_size=4))
    parts += _maybe(draw, "last_salvo", st.sampled_from(["2", '"rest"']))
    parts += _maybe(draw, "assessment_s", st.integers(0, 20))
    parts += _maybe(draw, "others_kills_s", st.sampled_from(["0", "5", '"never"']))
    parts += _maybe(draw, "dead_called_alive", _SOME)
    parts += _maybe(draw, "live_called_dead", st.sampled_from([0.25, 0.5]))
    parts += _maybe(draw, "called", _SOME)
    parts += _maybe(draw, "identification_s", st.integers(0, 5))
    parts += _maybe(draw, "choice", st.just('"cheapest_adequate"'))
    return ", ".join(parts)


def _coin(draw: Draw) -> str:
    kinds = ["pair", "threat", "battery", "sensor", "interceptor", "cell", "link", "raid"]
    parts = [f'level = "{draw(st.sampled_from(["engagement", *kinds]))}"']
    parts += [f"probability = {draw(_SOME)}"]
    if parts[0] not in ('level = "engagement"', 'level = "sensor"', 'level = "link"'):
        effects = ['"launch"', '"kill"', '"double"']
        parts += _maybe(draw, "effect", st.sampled_from(effects))
    return ", ".join(parts)


def _architectures(draw: Draw) -> dict[str, str]:
    """Apart; joined, falling back on apart; linked; two cells of which each is assigned half."""

    def share() -> str:
        level = draw(st.sampled_from(["warning", "launch", "engage"]))
        return f'share = "{level}", latency_s = {draw(st.integers(0, 9))}'

    apart = cells(**{name: f'batteries = ["{name}"]' for name in BATTERIES})
    joined = cells(
        joint=f"batteries = {_quoted(BATTERIES)}, sensors = {_quoted(SENSORS)}, {share()}"
    )
    network = f'network = {{availability = {draw(_SOME)}, fallback = "apart"}}'
    spokes = ", ".join(
        f"{name} = {{{share()}, availability = {draw(_SOME)}}}" for name in ("north", "duo")
    )
    linked = cells(
        north=f'batteries = ["north"], sensors = {_quoted(SENSORS)}',
        duo=f'batteries = ["south", "west"], {share()}',
    )
    halves = cells(
        one='batteries = ["west"], assign = 0.5',
        two=f'batteries = ["north", "south"], assign = 0.5, sensors = {_quoted(SENSORS)}',
    )
    return {
        "apart": apart,
        "joined": f"{joined}, {network}",
        "linked": f"{linked}, links = {{{spokes}}}",
        "halved": halves,
    }


def _shots(draw: Draw, waves: Sequence[str]) -> str:
    columns = [st.sampled_from(waves), st.sampled_from(BATTERIES), st.sampled_from(TYPES)]
    rows = st.tuples(*columns, _SECONDS, st.integers(1, 30))
    # A table holds each launch of a battery and interceptor at a threat once.
    some = draw(st.lists(rows, min_size=4, max_size=16, unique_by=lambda row: row[:4]))
    sspk = st.sampled_from(["", "0.3", "0.9", "1"])
    return "\n".join(
        f"{wave} {battery} {kind} {launch} {launch + flight:.3f} {draw(sspk)}"
        for wave, battery, kind, launch, flight in some
    )


def _tracks(draw: Draw, waves: Sequence[str]) -> str:
    rows = []
    for sensor in SENSORS:
        for wave in waves:
            times = sorted(draw(st.lists(_SECONDS, min_size=1, max_size=2, unique=True)))
            for time, chances in zip(times, draw(_CUMULATIVE), strict=False):
                rows.append(f"{sensor} {wave} {time} {chances}")
    return "\n".join(rows)


@st.composite
def random_tables(draw: Draw) -> str:
    """TOML of a random scenario: three batteries, up to three waves, four architectures."""
    waves = WAVES[: draw(st.integers(1, 3))]
    more = [f"threat.m.reliability = {draw(_SOME)}", "sensor.eye = {}", "sensor.ear = {}"]
    more += [
        f"interceptor.{kind}.against.{name}.sspk = {draw(_SOME)}"
        for kind in TYPES
        for name in CLASSES
    ]
    remote = st.sampled_from(["none", "launch", "engage"])
    more += [f'interceptor.{kind}.remote = "{draw(remote)}"' for kind in TYPES]
    more += ["asset.port = {damage_probability = 0.5}", "asset.city = {defended = false}"]
    more += [f"coin.coin_{i} = {{{_coin(draw)}}}" for i in range(draw(st.integers(0, 2)))]
    if draw(st.booleans()):
        more.append(
            'uncertainty.skill = {paths = ["interceptor.*.against.m.sspk"], as = "factor", '
            'distribution = "uniform", low = 0.5, high = 1}'
        )
    if draw(st.booleans()):
        always = ", ".join(['"drill"', *(f'"none_{name}"' for name in "mndf")])
        more.append(f"plan.every = {{waves = [{', '.join(map(repr, waves))}, {always}]}}")
        more.append(f'plan.first = {{weight = 2, waves = ["{waves[0]}", {always}]}}')
    if draw(st.booleans()):
        more.append('engagement.priority = "value"\nthreat.n.value = 3')
    cell_names = ("north", "joint", "duo", "two")
    return scenario_text(
        shots=_shots(draw, waves),
        raid={name: _wave(draw) for name in waves},
        battery={name: _battery(draw) for name in BATTERIES},
        architecture=_architectures(draw),
        tracks=_tracks(draw, waves),
        doctrine={f"rule_{i}": _doctrine(draw, cell_names) for i in range(draw(st.integers(0, 3)))},
        more="\n".join(more),
    )
