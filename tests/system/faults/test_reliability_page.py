"""docs/reliability.md is what its record says, and the record says that nothing was lost."""

from __future__ import annotations

import json

from tests.system.faults.faults import FAULTS
from tests.system.faults.reliability import PAGE, RECORD, page

RECORDED = json.loads(RECORD.read_text(encoding="utf-8"))


def test_the_page_is_what_the_record_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(RECORDED), (
        "run: python -m tests.system.faults.reliability"
    )


def test_nothing_was_lost_and_nothing_taken_for_what_it_was_not() -> None:
    for what, least in (("flips", 200), ("cuts", 50)):
        damage = RECORDED[what]
        assert damage["files"] >= least
        assert damage["refused"] + damage["harmless"] == damage["files"]


def test_every_fault_was_tried() -> None:
    outcomes = RECORDED["faults"]["outcomes"]
    assert set(outcomes) == {fault.__name__ for fault in FAULTS}
    assert not [name for name, outcome in outcomes.items() if outcome.startswith("not tried")]
