"""Every term that a screen prints is explained, and every heading in capitals is such a term."""

from __future__ import annotations

import re

import pytest

from mcdefense.cli.explained import explained
from mcdefense.contract import CAUSES
from mcdefense.statistics import VERDICTS
from tests.support.command_line import command
from tests.system.docs.pages import ROOT, blocks, named, pages

PRINTED = {
    "run, show": (
        *("NOTIONAL", "trial", "worlds", "seed", "interval", "leakers a raid", "margin", "helps"),
        *("hurts", "same", "unclear", "pays", "saved", "cost"),
        *("added", "leak probability", "P(NO LEAKERS)", "difference", "P(AT MOST n)", "ladder"),
        *("no leaker", "network lost", "network up", "fired", "wasted", "dear", "live threats"),
        *("own best", "kills", "remote", "left", "empty", "denied", "outcome", "mixture"),
        *("against one baseline", "between worlds", "raid plan", "variants"),
        *("no clear difference", "pays at every availability", "live"),
    ),
    "check": (
        *("objects", "role", "waves", "batteries", "channels", "reaction", "rounds", "network"),
        *("own sensors", "architectures", "baseline", "compare", "cell", "opportunities"),
        *("reached", "everywhere", "doctrine", "uncertain", "filled in", "pairings", "asset"),
        *("each other's tracks",),
    ),
    "drivers": (
        *("gain", "drivers", "share of the variance", "no effect seen", "aim and interaction"),
        *("turn", "more of it"),
        "from world to world",
    ),
    "sweep, withstand, worth": (
        *("points", "base", "crossings", "change to the base", "withstood", "worth"),
        *("as it stands", "bought one after the other"),
    ),
}
"""Terms as the screens of these commands print them."""
NOT_ON_A_PAGE = (
    *("headline", "common failure", "pooled", "salvo", "leaker", "world", "plan", "cause", "case"),
    *("engage on remote", "launch on remote", "fate", "hit", "posts lost", "stock lasts", "study"),
    "network availability",
    *("beside the ladder", "before it was lost", "more leak from", "a kill", "criterion", "axis"),
    *("clearly passes", "aim", "interaction", "~"),
    *("beyond the grid", "unfinished", "warning", "step", "fallback", "value lost", "damage"),
    *(
        "baseline",
        "option",
        "looks",
        "coins",
        "sensor",
        "magazine",
        "interceptor",
        "reserve",
        "decoy",
        "friendly",
    ),
)
"""Terms of screens, figures and labels that no screen in the docs happens to show."""
HEADINGS = {
    "leakers saved a raid": "saved",
    "rounds a raid": "round",
    "cost of rounds a raid": "cost",
    "larger than what": "withstood",
    "largest raid withstood": "withstood",
    "saved for a unit of cost": "saved",
    "what joining is worth in rounds": "worth",
    "what would turn the sign": "turn",
    "why threats leaked": "cause",
    "scenario": "",  # a plain word: keys that differ between two files
}
"""The term that a heading holds, where it is not the heading itself."""
SCREENS = [
    (block.place, block.text)
    for page in pages()
    for block in blocks(page.read_text(encoding="utf-8"), named(page))
    if block.language == "text" and not block.marks
]


@pytest.mark.parametrize("commands", list(PRINTED))
def test_a_printed_word_is_explained(commands: str) -> None:
    texts = [text for _, text in SCREENS]
    if commands == "check":
        texts = [command("check", ROOT / "configs/quick_start.toml").stdout]
    shown = " ".join(" ".join(texts).lower().split())
    for word in PRINTED[commands]:
        assert word.lower() in shown, word
        assert explained(word)


@pytest.mark.parametrize("word", [*NOT_ON_A_PAGE, *CAUSES, *VERDICTS])
def test_a_word_of_other_screens_is_explained(word: str) -> None:
    assert explained(word)


def test_what_no_leakers_counts_is_said() -> None:
    said = " ".join(explained("P(no leakers)").split())
    assert "a class does not come count as without a leaker of that class" in said


def test_every_heading_in_capitals_is_a_word() -> None:
    found = {
        match[1].lower()
        for _, text in SCREENS
        for line in text.splitlines()
        if (match := re.match(r"([A-Z]{3,}(?: [A-Z]+)*|P\([A-Za-z ]+\))", line))
    }
    assert len(found) > 15
    for heading in found:
        if word := HEADINGS.get(heading, heading):
            assert explained(word), heading


def test_the_other_number_of_a_word_is_the_word() -> None:
    assert explained("crossings") == explained("crossing")
    assert explained("opportunities")
