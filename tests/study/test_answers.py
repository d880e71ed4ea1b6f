"""A study's file keeps the answer of its command: `show` prints what the command printed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import mcdefense
from mcdefense.statistics import WithstoodAnswer, WorthAnswer, answer_of
from mcdefense.store import StoreError, read_study, write_study
from tests.support.command_line import command, names

SIZE = ("--worlds", "4", "--trials-per-world", "50")
WORTH = (
    ("--option", "more=cost=4,battery.north.magazine.shot=9"),
    ("--option", "most=cost=8,battery.south.magazine.shot=12"),
    ("--rounds", "shot", "--most-rounds", "4", "--order"),
)


def printed(*words: str | Path) -> str:
    done = command(*words)
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def worth(sequence: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("worth") / "w.h5"
    words = [word for one in WORTH for word in one]
    return path, printed("worth", sequence, *SIZE, "-o", path, *words)


def test_show_prints_what_worth_printed(worth: tuple[Path, str]) -> None:
    """The rounds and the order are of points that the file does not hold; each is there, number for
    number, in Python too."""
    path, text = worth
    for part in ("LEAKERS SAVED A RAID", "SAVED FOR A UNIT OF COST", "WORTH IN ROUNDS", "BOUGHT"):
        assert part in text
    assert printed("show", path) == text
    assert mcdefense.show(path) == text
    numbers = json.loads(printed("show", path, "--json"))
    assert [point["values"] for point in numbers["points"]][1:] == [
        {"case": "more"},
        {"case": "most"},
    ]
    assert set(numbers["answer"]["options"]) == {"more", "most"}
    assert numbers["answer"]["rounds"]["tried"] == [0, 1, 2, 3, 4]
    assert len(numbers["answer"]["order"]) == 2
    answer = answer_of(read_study(path))
    assert isinstance(answer, WorthAnswer)
    assert answer.options == (("more", 4.0), ("most", 8.0))


def test_show_prints_what_withstand_printed(sequence: Path, tmp_path: Path) -> None:
    """Also after the study went on: the answer is that of the command that ran last."""
    path = tmp_path / "s.h5"
    words = ("withstand", sequence, *SIZE, "--leakers", "0.4", "-o", path)
    over = ("--over", "raid.salvo.count=4:12:4")
    first = printed(*words, *over, "--refine", "0")
    assert printed("show", path) == first
    second = printed(*words, *over, "--refine", "1", "--resume")
    assert second != first
    assert printed("show", path) == second
    numbers = json.loads(printed("show", path, "--json"))
    assert numbers["answer"]["criterion"] == {"estimate": "expected_leakers", "limit": 0.4}
    assert len(numbers["points"]) == len(numbers["answer"]["sizes"])
    again = printed(*words, *over, "--refine", "1", "--resume", "--json", "--quiet")
    assert json.loads(again) == numbers["answer"]
    assert names(tmp_path) == ["s.h5"]
    assert answer_of(read_study(path)) == WithstoodAnswer(
        mcdefense.Criterion("expected_leakers", 0.4)
    )


def test_a_sweep_has_none(sequence: Path, tmp_path: Path) -> None:
    over = {"raid.salvo.count": [4, 8]}
    options = mcdefense.RunOptions(worlds=2, trials_per_world=20)
    study = mcdefense.sweep(sequence, tmp_path / "s.h5", over=over, options=options)
    assert answer_of(study) is None
    assert "answer" not in json.loads(printed("show", tmp_path / "s.h5", "--json"))
    for words in (("--of", "pooled"), ("--against", "pooled"), ("--by", "class", "--all")):
        done = command("show", tmp_path / "s.h5", *words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert f"{words[0]}: got {words[1]}, expected none, since it asks for part" in done.stderr


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("{", "Expecting"),
        ("[]", "list indices"),
        ('{"command": "guess"}', "unknown command 'guess'"),
        ('{"command": "withstand", "criterion": ["luck", 1]}', "unknown criterion 'luck'"),
        ('{"command": "withstand", "criterion": ["p_no_leakers", 0.5]}', "has another axis"),
        ('{"command": "worth", "options": [["a", 1], ["b", 1], ["c", 1]]}', "more options"),
        ('{"command": "worth", "options": []}', "order"),
        (
            '{"command": "worth", "options": [], "of": "", "order": null, "rounds": {"tried": [0], '
            '"leakers": []}}',
            "its leakers",
        ),
    ],
)
def test_an_answer_that_is_none_of_the_study_is_told(
    worth: tuple[Path, str], tmp_path: Path, answer: str, message: str
) -> None:
    study = read_study(worth[0])
    path = tmp_path / "odd.h5"
    write_study(replace(study, provenance={**study.provenance, "answer": answer}), path)
    with pytest.raises(StoreError, match=f"odd.h5: not a consistent study: .*{message}"):
        read_study(path)
    done = command("show", path)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
