"""Paths into a variant of an architecture: written in its own table, and refused elsewhere."""

from __future__ import annotations

import pytest

from mcdefense.errors import InputError
from mcdefense.scenario import Scenario, loads, override_notes, resolve_architecture

TEXT = """\
title = "one battery, and full as it is or late"
[battery.a]
magazine = { round = 9 }
reaction_s = 3
[interceptor.round]
against.drone.sspk = 0.5
[threat.drone]
[raid.one]
class = "drone"
count = 1
start_s = 0
[opportunities]
rows = [{ threat = "one", battery = "a", interceptor = "round", launch_s = 10, intercept_s = 19 }]
[architecture.alone]
[architecture.full]
join = "all"
latency_s = 1
variants.late = { "battery.a.reaction_s" = 30 }
"""
OWN = "architecture.full.variants.late"
START = "got a path into full_late, which variant late of architecture full makes"


def of(*overrides: tuple[str, str], text: str = TEXT) -> Scenario:
    return loads(text, name="two.toml", overrides=overrides)


def reactions(*overrides: tuple[str, str], text: str = TEXT) -> list[float]:
    """The battery's reaction under alone, full and full_late."""
    scenario = of(*overrides, text=text)
    return [
        resolve_architecture(scenario, name).scenario.battery["a"].reaction_s
        for name in ("alone", "full", "full_late")
    ]


@pytest.mark.parametrize("quoted", ['"battery.a.reaction_s"', "battery.a.reaction_s"])
def test_a_value_of_a_variant_is_set_in_its_table_however_the_file_quotes_it(quoted: str) -> None:
    text = TEXT.replace('"battery.a.reaction_s"', quoted)
    assert reactions(text=text) == [3, 3, 30]
    assert reactions((f"{OWN}.battery.a.reaction_s", "9"), text=text) == [3, 3, 9]
    assert reactions((OWN, "{ battery.a.reaction_s = 9 }"), text=text) == [3, 3, 9]


def test_it_holds_beside_an_override_of_the_value_for_all() -> None:
    """As that of an architecture's `set` does."""
    own, every = (f"{OWN}.battery.a.reaction_s", "9"), ("battery.a.reaction_s", "1")
    assert reactions(own, every) == [1, 1, 9]
    assert reactions(every) == [1, 1, 1]
    assert override_notes(of(own, every))[-1].endswith(
        "in full_late the override of its `set` holds, 9"
    )
    assert override_notes(of(own)) == (
        f"{OWN}.battery.a.reaction_s: fixed at 9, and so "
        "architecture.full_late.set.battery.a.reaction_s; it holds in full_late alone",
    )


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        (
            "set.battery.a.reaction_s",
            f", expected {OWN}.battery.a.reaction_s, where the variant has its own values",
        ),
        ("set", f", expected {OWN}, where the variant has its own values"),
        ("", f", expected {OWN}, where the variant has its own values"),
        ("latency_s", ", expected architecture.full.latency_s, which holds for both"),
        (
            "links.full_late.latency_s",
            ", expected architecture.full.links.full.latency_s, which holds for both",
        ),
        *(
            (
                key,
                f" and which has no '{key}' of its own, expected a path in {OWN}, where the "
                "variant has its own values",
            )
            for key in ("label", "extends", "variants", "latency")
        ),
    ],
)
def test_a_path_into_what_it_makes_is_refused_with_the_path_to_set(path: str, wanted: str) -> None:
    path = f"architecture.full_late.{path}".rstrip(".")
    with pytest.raises(InputError) as caught:
        of((path, "5"))
    assert str(caught.value) == f"--set: {path}: {START}{wanted}"
    table = f'[[override]]\npath = "{path}"\nvalue = 5\n'
    with pytest.raises(InputError) as caught:
        of(text=TEXT + table)
    line = len(TEXT.splitlines()) + 2
    assert str(caught.value) == f"two.toml:{line}: {path}: {START}{wanted}"


def test_the_path_that_the_refusal_names_is_taken() -> None:
    assert reactions((f"{OWN}.battery.a.reaction_s", "5")) == [3, 3, 5]
    scenario = of(("architecture.full.latency_s", "5"))
    assert [a.latency_s for a in scenario.architecture.values()] == [0, 5, 5]


def test_a_wildcard_reaches_a_variant_where_the_file_has_its_values() -> None:
    latency = ("architecture.*.latency_s", "4")
    assert [a.latency_s for a in of(latency).architecture.values()] == [4, 4, 4]
    assert override_notes(of(latency)) == (
        "architecture.*.latency_s: fixed at 4 in 2 places, and so architecture.full_late.latency_s",
    )
    path = "set.battery.a.reaction_s"
    assert reactions((f"architecture.*_late.{path}", "4")) == [3, 3, 4]
    both = TEXT.replace("latency_s = 1", 'set = { "battery.a.hold_s" = 1 }')
    assert reactions((f"architecture.*.{path}", "4"), text=both) == [3, 4, 4]
    assert reactions(("architecture.*.variants.*.battery.*.reaction_s", "4")) == [3, 3, 4]
    with pytest.raises(InputError) as caught:
        of(("architecture.*_late.latency_s", "4"))
    wanted = "expected architecture.full.latency_s, which holds for both"
    assert str(caught.value) == f"--set: architecture.*_late.latency_s: {START}, {wanted}"


@pytest.mark.parametrize("quoted", ['"battery.a.reaction_s"', "battery.a.reaction_s"])
def test_what_a_variant_gives_itself_does_not_follow_its_original(quoted: str) -> None:
    """However its dots are quoted: neither said, nor kept from an override for all."""
    text = TEXT.replace('"battery.a.reaction_s"', quoted)
    full = ("architecture.full.set.battery.a.reaction_s", "9")
    assert reactions(full, text=text) == [3, 9, 30]
    assert override_notes(of(full, text=text)) == (
        f"{full[0]}: fixed at 9; it holds in full alone",
    )
    assert reactions(full, ("battery.a.reaction_s", "1"), text=text) == [1, 9, 1]


def test_a_fault_of_a_value_names_the_override_that_brings_it() -> None:
    with pytest.raises(InputError) as caught:
        of((f"{OWN}.battery.a.reaction_s", "-1"))
    start = f"--set: {OWN}.battery.a.reaction_s: got -1, expected a number, 0 or more"
    assert str(caught.value).startswith(start)


def test_an_architecture_of_the_file_is_none_that_a_variant_makes() -> None:
    with pytest.raises(InputError) as caught:
        of(("architecture.full_late.latency_s", "4"), text=TEXT + "[architecture.full_late]\n")
    wanted = "got a variant that is architecture full_late, which is there already"
    assert str(caught.value) == f"two.toml:18: {OWN}: {wanted}"
