"""Exact checks, b: layers that each cover a share of the threats.

Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

from pathlib import Path

import pytest

import mcdefense
from mcdefense.statistics.closed_forms import layers
from mcdefense.statistics.closed_forms.layers import Layer
from tests.support.exact_case import Counted, battery, run, scenario, shots, threats, waves

pytestmark = pytest.mark.claim(
    "b", "Layers that each cover a share of the threats", oracle="binomial, exact"
)

CONFIG = Path(__file__).parents[3] / "configs" / "layered_table.toml"

# name: threats, layers, exact L, P(no leakers) and rounds by layer
CASES: dict[str, tuple[int, list[Layer], float, float, list[float]]] = {
    "ten": (10, [Layer(1, 0.8, 1)] * 2, 0.04, 0.6648326360, [10, 2]),
    "twenty": (
        20,
        [Layer(1, 0.7, 1), Layer(0.9, 0.8, 2), Layer(1, 0.5, 1)],
        0.0204,
        0.6621791912,
        [20, 10.8, 0.816],
    ),
    "fifty": (50, [Layer(0.6, 0.9, 1), Layer(1, 0.7, 2)], 0.0414, 0.1207455774, [30, 46]),
    "fifty_turned": (50, [Layer(1, 0.7, 2), Layer(0.6, 0.9, 1)], 0.0414, 0.1207455774, [100, 2.7]),
    "twelve": (12, [Layer(1, 0.5, 2)] * 3, 0.015625, 0.8278028278, [24, 6, 1.5]),
}


def compare_layers(
    counted: Counted, architecture: str, name: str, by: list[str], count: int, some: list[Layer]
) -> None:
    """Leakers are Bin(W, L); layer i fires n_i at Bin(W, c_i x what passed the layers before)."""
    counted.leakers_are(architecture, name, layers.leakers(count, some), name)
    for i, (layer, site) in enumerate(zip(some, by, strict=True)):
        met = layer.cover * layers.leak_probability(some[:i])
        counted.mean_is(
            f"{name}: rounds of layer {i + 1}",
            counted.rounds(architecture, site),
            layer.shots * count * met,
            layer.shots**2 * count * met * (1 - met),
        )


@pytest.fixture(scope="module")
def layered(seed: int) -> Counted:
    parts: list[str] = []
    rows: list[str] = []
    for number, (name, (count, some, *_)) in enumerate(CASES.items()):
        parts.append(threats(name, count, start_s=str(1000 * number)))
        for i, (layer, shot) in enumerate(zip(some, waves(len(some)), strict=True)):
            site = f"{name}_{i}"
            parts.append(
                battery(site, count * layer.shots, f"salvo = {{{name} = [{layer.shots}]}}")
            )
            if layer.cover < 1:
                parts.append(
                    f'coin.cover_{site} = {{level = "pair", probability = {layer.cover}, '
                    f'effect = "launch", batteries = ["{site}"]}}'
                )
            rows += shots(name, site, [shot], layer.kill)
    # One cell, else a layer would fire at what an earlier one has killed.
    return run(scenario(parts, rows, {"joined": 'join = "all"'}), seed, 100_000)


@pytest.mark.parametrize("name", CASES)
def test_layers(layered: Counted, name: str) -> None:
    count, some, leak, p_no_leakers, rounds = CASES[name]
    assert layers.leak_probability(some) == pytest.approx(leak, abs=1e-12)
    assert layers.leakers(count, some)[0] == pytest.approx(p_no_leakers, abs=1e-10)
    assert layers.rounds_by_layer(count, some) == pytest.approx(rounds)
    by = [f"{name}_{i}" for i in range(len(some))]
    compare_layers(layered, "joined", name, by, count, some)


def test_the_layered_config_gives_the_answer_printed_in_it(seed: int) -> None:
    """configs/layered_table.toml, as a user would run it."""
    count, some, leak, p_no_leakers, rounds = CASES["twenty"]
    text = CONFIG.read_text(encoding="utf-8")
    for figure in (leak, count * leak, p_no_leakers, *rounds):
        assert f"{figure:.10g}" in text, f"{figure} should stand in the comments"
    counted = Counted(mcdefense.simulate(mcdefense.load(CONFIG), seed=seed))
    assert counted.trials == 100_000
    compare_layers(counted, "layered", "missile", ["outer", "middle", "inner"], count, some)
