"""`mcdefense explain`: what the docs say of a word, wherever the package is installed."""

from __future__ import annotations

from importlib.resources import files

import pytest

from mcdefense.cli import main
from mcdefense.cli.explained import DATA, as_json, entries_of, explained
from mcdefense.contract import CAUSES
from mcdefense.errors import InputError
from mcdefense.scenario import Scenario
from mcdefense.statistics import ESTIMATE_DIMENSIONS, TALLY_DIMENSIONS
from tests.support.command_line import command
from tests.system.docs.pages import ROOT
from tests.system.docs.rule_names import rules

ENTRIES = entries_of(ROOT / "docs")
KNOWN = {name for entry in ENTRIES for name in (entry.word, *entry.names)}


def test_what_the_package_keeps_is_what_the_docs_say() -> None:
    kept = (files("mcdefense.cli") / DATA).read_text(encoding="utf-8")
    assert kept == as_json(ENTRIES), "run: python -m mcdefense.cli.explained"


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["leaker"], ["live threat that reaches its asset", "docs/explanation/model.md"]),
        (["rule", "15"], ["belief", "acts on what it believes"]),
        (["same-luck"], ["A draw is found by the seed"]),
        (["battery.channels"], ["Fire channels", "[battery.NAME]"]),
        (["no_magazine"], ["no rounds"]),
        (["expected_leakers"], ["leakers a trial", "architecture"]),
        (["--", "--allow-gaps"], ["Merge although worlds or points are missing"]),
        (["uncertainty"], ["Each world draws its own value"]),
        (["latency"], ["later [s] a track reaches a cell"]),
        (["raid.scale"], ["the count of every wave is multiplied by it"]),
        (["share", "of", "worlds"], ["In how many of the worlds"]),
        (["live", "at"], ["how many live threats fly at the asset NAME"]),
        (["command"], ["such as an army or a navy"]),
        (["withstand"], ["Also the command", "mcdefense withstand [OPTIONS] SCENARIO"]),
        (["sweep"], ["A study of chosen values", "mcdefense sweep [OPTIONS] SCENARIO"]),
        (["worth"], ["What an option saves", "mcdefense worth [OPTIONS] SCENARIO"]),
        (["brief"], ["for people who decide", "mcdefense brief [OPTIONS] FILE"]),
        (["mcdefense", "show"], ["mcdefense show [OPTIONS]"]),
        (["not", "tracked"], ["seen too late, the picture or the reaction was too slow"]),
        (["fire", "channel"], ["number of fire channels"]),
    ],
)
def test_a_word_is_explained(words: list[str], parts: list[str]) -> None:
    done = command("explain", *words)
    assert done.exit_code == 0, done.stderr
    flat = " ".join(done.stdout.split())
    for part in parts:
        assert part in flat
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_meaning_stands_first_and_options_last_and_once() -> None:
    heads = [line for line in explained("worlds").splitlines() if line[:1].strip()]
    assert heads[0].startswith("worlds  (docs/reference/words.md")
    assert [head.startswith("-") for head in heads] == sorted(h.startswith("-") for h in heads)
    assert explained("worlds").count("Worlds to draw; default the scenario's.") == 1


def test_every_command_can_be_asked_for() -> None:
    assert set(main.commands) <= KNOWN


def test_a_word_that_is_unknown_brings_those_spelt_alike() -> None:
    done = command("explain", "leekers")
    assert done.exit_code == 2
    assert "WORD: the docs do not explain 'leekers'; did you mean" in done.stderr
    assert "leakers" in done.stderr


def test_every_rule_variable_and_cause_can_be_asked_for() -> None:
    assert {f"rule {number}" for number in rules()} <= KNOWN
    assert set(TALLY_DIMENSIONS) <= KNOWN
    assert set(ESTIMATE_DIMENSIONS) <= KNOWN
    assert set(CAUSES) <= KNOWN


def test_every_option_can_be_asked_for() -> None:
    options = {
        max(parameter.opts, key=len)
        for entry in main.commands.values()
        for parameter in entry.params
        if parameter.param_type_name == "option"
    }
    assert options <= KNOWN


def test_every_section_of_the_scenario_has_its_keys() -> None:
    run = Scenario.model_fields["run"].annotation
    assert run is not None
    for key in run.model_fields:
        assert f"run.{key}" in KNOWN


def test_what_came_out_of_a_worked_case_is_no_meaning() -> None:
    """Rows of a page's results are left out, and marks of Markdown too."""
    said = explained("rounds_fired")
    assert "results_file.md" in said
    assert "explanation/rules" not in said
    assert "*" not in explained("margin")
    with pytest.raises(InputError, match="do not explain 'bold'"):
        explained("bold")
