"""The bench's peers play by the engine's rules, or their times would mean nothing."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from cases import prepare
from numpy.typing import NDArray
from peers.c_peer import CPeer, compiler
from peers.numpy_peer import NumpyPeer
from peers.orders import Problem, lacks, problem_of
from peers.outcome import CODES, Outcome, account_totals, leak_probability

from mcdefense.contract import OUTCOMES
from mcdefense.run.simulator import axes_of
from mcdefense.run.speed import SMALL, Trainer
from mcdefense.scenario import load, loads
from mcdefense.schedule.build import Builder
from tests.support.small_scenarios import TABLE

FLANK = Path(__file__).parents[2] / "bench" / "flank.toml"
PEERS = Path(__file__).parents[2] / "bench" / "peers"
TRIALS = 256
MOST_STANDARD_ERRORS = 4.0


@dataclass(frozen=True)
class Case:
    """One world's problem, with what the engine needs to replay it."""

    problem: Problem
    builder: Builder


@pytest.fixture(scope="module", params=["small", "every rule but coins by opportunity"])
def case(request: pytest.FixtureRequest) -> Case:
    path = SMALL if request.param == "small" else FLANK
    builder = Builder(load(path))
    schedule = builder.schedule(builder.world(1, 0))
    if request.param != "small":
        used = schedule.features
        assert used.sharing
        assert used.waits
        assert used.error_variants
        assert used.cued
        assert used.flags
        assert max(used.fallback) >= 0
    return Case(problem_of(schedule), builder)


def of_all_causes(outcome: NDArray[np.int64]) -> NDArray[np.int64]:
    """Along the causes [A, O] of today: peers know nothing of what breaks during a raid."""
    known = [o for o, cause in enumerate(OUTCOMES) if cause not in ("network", "lost")]
    whole = np.zeros((len(outcome), len(OUTCOMES)), np.int64)
    whole[:, known] = outcome
    return whole


def counts(problem: Problem, outcome: Outcome) -> dict[str, NDArray[np.int64]]:
    """What the peer and the engine both count, summed to what needs no axes."""
    architectures = problem.schedule.features.architectures
    fired, wasted, engaged, remote, opened, killed = account_totals(problem, outcome).T
    upper = np.triu_indices(architectures, 1)
    return {
        "live": outcome.live.sum(),
        "leaked": outcome.leakers.sum(-1),
        "outcome": of_all_causes(outcome.outcome.sum(1)),
        "leakers_squared": np.diag(outcome.products)[:-1],
        "leakers_product": outcome.products[:-1, :-1][upper],
        "no_leakers": outcome.histogram[:, -1, 0],
        "rounds_fired": fired,
        "rounds_wasted": wasted,
        "engagements": engaged,
        "remote_engagements": remote,
        "looks": opened,
        "kills": killed,
        "emptied": outcome.emptied.sum(-1),
        "denied": outcome.denied.sum(-1),
        "rounds_left": outcome.rounds_left.sum(-1),
        "network_lost": outcome.network_lost,
    }


def engine_counts(case: Case, trials: int) -> dict[str, NDArray[np.int64]]:
    """The same from the engine."""
    axes = axes_of(case.builder, np.array([0]))
    with Trainer([case.problem.schedule], axes, devices=1, seed=1) as trainer:
        got, _ = trainer.replay(trials)
    by_class = ("leaked", "leakers_squared", "leakers_product", "no_leakers")
    summed = {name: got[name][0][..., -1] for name in by_class}
    summed["live"] = got["live"].sum()
    summed["network_lost"] = got["network_lost"][0]
    summed["outcome"] = got["outcome"].sum(1)
    for name in ("emptied", "rounds_left"):
        summed[name] = got[name].sum((1, 2))
    summed["denied"] = got["denied"].sum(-1)
    for name in (
        "rounds_fired", "rounds_wasted", "engagements", "remote_engagements", "looks", "kills",
    ):  # fmt: skip
        summed[name] = got[name].sum((1, 2, 3))
    return summed


needs_gcc = pytest.mark.skipif(compiler() is None, reason="no gcc")


@needs_gcc
def test_with_the_engines_draws_c_counts_what_the_engine_counts(case: Case) -> None:
    outcome = CPeer([case.problem], philox=True).run(TRIALS, 1)[0]
    ours, theirs = engine_counts(case, TRIALS), counts(case.problem, outcome)
    assert outcome.outcome.shape[-1] == CODES
    assert {n: ours[n].tolist() for n in theirs} == {n: theirs[n].tolist() for n in theirs}


@needs_gcc
def test_a_wrong_rule_is_seen(case: Case) -> None:
    """That the comparison can fail: every track is late by one rank."""
    orders = case.problem.orders.copy()
    orders["gate_limit"] -= 2
    changed = replace(case.problem, orders=orders)
    right = CPeer([case.problem], philox=True).run(TRIALS, 1)[0]
    wrong = CPeer([changed], philox=True).run(TRIALS, 1)[0]
    assert right.outcome.tolist() != wrong.outcome.tolist() or (
        right.account_sums.tolist() != wrong.account_sums.tolist()
    )


def worst_z(ours: Outcome, trials: int, theirs: Outcome, their_trials: int) -> float:
    p, se = leak_probability([ours], trials)
    q, other = leak_probability([theirs], their_trials)
    return float(np.max(np.abs(p - q) / np.hypot(se, other)))


@needs_gcc
def test_peers_with_their_own_draws_agree(case: Case) -> None:
    """Fixed luck; at most 6 architectures, so a right peer fails with probability 4e-4."""
    exact = CPeer([case.problem], philox=True).run(4096, 1)[0]
    own = CPeer([case.problem]).run(4096, 2)[0]
    assert worst_z(own, 4096, exact, 4096) < MOST_STANDARD_ERRORS
    peer = NumpyPeer([case.problem])
    rows = peer.run(1024, 3)[0]
    peer.close()
    assert worst_z(rows, 1024, exact, 4096) < MOST_STANDARD_ERRORS


@needs_gcc
def test_numba_agrees(case: Case) -> None:
    """As above."""
    pytest.importorskip("numba")
    from peers.numba_peer import NumbaPeer

    exact = CPeer([case.problem], philox=True).run(4096, 1)[0]
    scalar = NumbaPeer([case.problem]).run(4096, 4)[0]
    assert worst_z(scalar, 4096, exact, 4096) < MOST_STANDARD_ERRORS


@pytest.mark.parametrize("name", ["small", "flank", "mass_raid"])
def test_no_case_uses_a_rule_that_the_peers_lack(name: str) -> None:
    assert lacks(prepare(name, 1).schedules[0]) == ""


LACKED = {
    "[doctrine.all]\ndecision_s = 5": "time for decisions",
    "[doctrine.all]\nsalvo = [2, 1]": "salvos that change from look to look",
    "[doctrine.all]\nallot = 'first_come'\nburst_s = 20\nrandom = true": "bursts in which",
    "[coin.c]\nlevel = 'battery'\nprobability = 0.5\neffect = 'kill'": "coins with effect kill",
    "[coin.c]\nlevel = 'engagement'\nprobability = 0.5\neffect = 'launch'": "coins by opportunity",
}


@pytest.mark.parametrize("rule", LACKED)
def test_a_rule_that_the_peers_lack_is_told(rule: str) -> None:
    builder = Builder(loads(f"{TABLE}\n{rule}\n"))
    assert LACKED[rule] in lacks(builder.schedule(builder.world(1, 0)))


def test_what_the_peers_keep_some_case_uses() -> None:
    """Names that the peers read are those of rules in use; the others have no place in them."""
    sources = [p for p in PEERS.iterdir() if p.suffix in (".py", ".h", ".c", ".cu")]
    text = {p.name: p.read_text(encoding="utf-8") for p in sources if p.name != "orders.py"}
    unused = (
        r"OUT_OF_PLAY|IN_VAIN|decision_limit|DECISIONS|opening|present_flags|SHARE_SERVE|P_SERVE"
    )
    assert {n: re.findall(rf"\b(?:{unused})\b", t) for n, t in text.items()} == {
        n: [] for n in text
    }


def test_numba_is_for_the_bench_alone() -> None:
    project = tomllib.loads((FLANK.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert not any("numba" in need for need in project["project"]["dependencies"])
    assert any("numba" in n for n in project["project"]["optional-dependencies"]["bench"])
