"""Rule 17: salvos by look, cell, class and battery."""

from __future__ import annotations

import pytest

from tests.support.opportunity_table import (
    cells,
    one_cell,
    replay,
    split,
)

ONE = {"m": 'class = "m", count = 1'}


LOOKS = "\n".join(f"m a x {t} {t + 10} 0" for t in (0, 20, 40, 60))


@pytest.mark.parametrize(
    ("salvo", "fired", "looks"),
    [("[1]", 4, 4), ("[2, 1]", 5, 4), ("[1, 2]", 7, 4), ("[3, 0]", 3, 1), ("[2, 1, 0, 3]", 3, 2)],
)
def test_rule_17_the_salvo_list_by_look(salvo: str, fired: int, looks: int) -> None:
    """Four looks, no kill: entries in turn, the last repeats, 0 stops (and since a look at which
    nothing is fired does not count, the list never gets past a 0)."""
    case = replay(
        shots=LOOKS,
        raid=ONE,
        battery={"a": "magazine = {x = 99}"},
        architecture=one_cell("a"),
        doctrine=f"salvo = {salvo}",
    )
    assert case.rounds() == fired
    assert case.rounds(what="looks") == looks
    assert case.outcome() == {"missed": 1}


def test_rule_17_by_cell_and_class_and_a_batterys_own_list() -> None:
    """Doctrine 1 for all, 2 for class n, 3 for class n in cell b; battery c overrides with 4 for
    n. Later tables override earlier ones."""
    case = replay(
        shots="\n".join(f"{kind} {name} x 0 10 0" for kind in "mn" for name in "abc"),
        raid={"m": 'class = "m", count = 1', "n": 'class = "n", count = 1'},
        battery={
            "a": "magazine = {x = 99}",
            "b": "magazine = {x = 99}",
            "c": "magazine = {x = 99}, salvo = {n = [4]}",
        },
        architecture=split("a", "b", "c"),
        doctrine={
            "all": "salvo = [1]",
            "class": 'classes = ["n"], salvo = [2]',
            "cell": 'classes = ["n"], cells = ["b"], salvo = [3]',
        },
    )
    fired = {name: [int(case.rounds("only", name, kind=k)) for k in "mn"] for name in "abc"}
    assert fired == {"a": [1, 2], "b": [1, 3], "c": [1, 4]}


def test_rule_17_a_look_at_which_nothing_was_fired_does_not_count() -> None:
    """Salvo 3, then 1. At 0 s the channel is busy with another threat (0 to 15 s), so the first
    look opens at 20 s with 3 rounds."""
    case = replay(
        shots="n a x 0 15 1\nm a x 1 11 0\nm a x 20 30 0",
        raid={"n": 'class = "n", count = 1', "m": 'class = "m", count = 1'},
        battery={"a": "magazine = {x = 99}, channels = 1"},
        architecture=one_cell("a"),
        doctrine='classes = ["m"], salvo = [3, 1]',
    )
    assert case.rounds(kind="m") == 3


def test_rule_17_batteries_of_one_burst_keep_their_own_lists() -> None:
    """One cell, both batteries could fire at 0 s. Battery a has the list 0 against m: it leaves
    the threat to b with its 2 rounds. With 1 it opens the look with its one round; b, whose list
    says 2, opens none: the look owes what its first opportunity says."""
    fired = {}
    for own in (0, 1, 3):
        case = replay(
            shots="m a x 0 10 0\nm b x 0 10 0",
            raid=ONE,
            battery={
                "a": f"magazine = {{x = 9}}, salvo = {{m = [{own}]}}",
                "b": "magazine = {x = 9}",
            },
            architecture=one_cell("a", "b"),
            doctrine="salvo = [2]",
        )
        fired[own] = (int(case.rounds(battery="a")), int(case.rounds(battery="b")))
        assert case.count("denied", "only", "a") == case.count("denied", "only", "b") == 0
    assert fired == {0: (0, 2), 1: (1, 0), 3: (3, 0)}


def test_rule_17_many_looks() -> None:
    """Twenty looks at a salvo list of 2 entries: 2, then 1 each: 21 rounds (the count of looks
    saturates at 15, which no list of up to 15 entries can tell)."""
    case = replay(
        shots="\n".join(f"m a x {20 * i} {20 * i + 10} 0" for i in range(20)),
        raid=ONE,
        battery={"a": "magazine = {x = 99}"},
        architecture=cells(all='batteries = ["a"]'),
        doctrine="salvo = [2, 1]",
    )
    assert case.rounds() == 21
    assert case.rounds(what="looks") == 20
