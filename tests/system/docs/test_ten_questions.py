"""Ten questions of an analyst: each is answered by at most two commands, which test_run runs."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "ten-questions.md"


def commands_of(page: str) -> list[list[str]]:
    """The commands of every question."""
    questions = re.split(r"^## (\d+)\. .*\?$", page, flags=re.MULTILINE)
    numbers, texts = questions[1::2], questions[2::2]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    found = []
    for text in texts:
        blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
        lines = "".join(blocks).replace("\\\n", " ").splitlines()
        found.append([line for line in lines if line.strip()])
    return found


def test_each_of_ten_questions_takes_one_command_or_two() -> None:
    found = commands_of(PAGE.read_text(encoding="utf-8"))
    assert len(found) == 10
    assert all(1 <= len(commands) <= 2 for commands in found)
    assert all(one.startswith("mcdefense ") for commands in found for one in commands)


def test_the_count_finds_three_commands() -> None:
    page = "## 1. What?\n```sh\na\nb \\\n  c\n```\n```sh\nd\n```\n"
    assert commands_of(page) == [["a", "b    c", "d"]]
