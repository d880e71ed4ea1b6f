"""The page of the docs on scenario files says what the models say."""

from __future__ import annotations

from pathlib import Path

from mcdefense.scenario import loads
from mcdefense.scenario.describe import EXAMPLE, describe
from mcdefense.scenario.faults import models_in
from mcdefense.scenario.model_scenario import NAMED, SINGLE
from mcdefense.scenario.model_uncertainty import DISTRIBUTIONS


def test_the_page_of_the_docs_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "scenario_file.md"
    assert page.read_text(encoding="utf-8") == describe(), (
        "run: python -m mcdefense.scenario.describe > docs/reference/scenario_file.md"
    )


def test_the_example_of_the_page_is_a_scenario() -> None:
    scenario = loads(EXAMPLE)
    assert list(scenario.architecture) == ["separate", "integrated"]
    assert EXAMPLE in describe()


def test_every_key_of_every_table_is_on_the_page() -> None:
    page = describe()
    models = [*(m for n, m in NAMED.items() if n != "uncertainty"), *SINGLE.values()]
    models += DISTRIBUTIONS.values()
    for model in models:
        for name, info in model.model_fields.items():
            assert f"| `{info.alias or name}` |" in page, (model, name)
            for part in models_in(info.annotation):
                keys = (f"| `{i.alias or n}` |" for n, i in part.model_fields.items())
                assert all(key in page for key in keys), part
