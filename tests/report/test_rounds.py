"""What the screen says of rounds that alone could have stopped a class, and went elsewhere."""

from __future__ import annotations

import re

from mcdefense.report import screen
from tests.support.raid_result import raid_result

OF_THE_OTHERS = ("rounds_fired", "rounds_wasted", "kills", "engagements", "looks")


def test_rounds_of_the_only_answer_that_went_elsewhere_are_told() -> None:
    """Only low_terminal is fired at the fifth class. Two other classes are named, the most first,
    and what went to the rest is summed: together as many as the counts say."""
    result = raid_result(classes=5)
    for name in OF_THE_OTHERS:
        result.tally.counts[name][:, :, [0, 2], 4] = 0
    said = " ".join(screen(result).split())
    found = re.search(r"low_terminal alone was fired at quasi_ballistic; .* separate: (.*?);", said)
    assert found
    fired = result.estimates["expected_rounds_fired"][0, 1, :4]
    most = sorted(range(4), key=lambda d: -fired[d])
    named = [part.split()[0] for part in found[1].split(", ")]
    assert named == [*(result.tally.axes.threat_class[d] for d in most[:2]), "others"]
    assert float(found[1].split()[-1]) == round(float(fired[most[2:]].sum()), 2)


def test_a_class_with_two_answers_is_not_told_of() -> None:
    result = raid_result(classes=5)
    for name in OF_THE_OTHERS:
        result.tally.counts[name][:, :, 0, 4] = 0
    assert "alone was fired" not in screen(result)
