"""A file whose checksums are right may still say of itself what no run says: it is refused."""

from __future__ import annotations

import pytest

from mcdefense.store.attributes import check_attributes
from tests.store.random_result import random_result


@pytest.mark.parametrize(
    ("attribute", "value", "message"),
    [
        ("seed", -1, "attribute 'seed' is no whole number from 0 to"),
        ("seconds_kernels", "long", "attribute 'seconds_kernels' is no number"),
        ("plan_weights", '{"night": "half"}', "attribute 'plan_weights' is no JSON of one float"),
        ("asset_values", '{"town": 2e100}', "attribute 'asset_values' is no JSON of one float"),
        ("asset_values", '{"town": NaN}', "attribute 'asset_values' is no JSON of one float"),
        ("asset_values", f'{{"town": {10**400}}}', "'asset_values' is no JSON of one float"),
        ("labels", "{", "attribute 'labels' is no JSON"),
        ("margin", -0.5, "attribute 'margin' is no number of 0 or more"),
        ("posts", '{"joined": "town"}', "attribute 'posts' is no JSON of assets by architecture"),
        ("stores", '{"joined": {"round": "ten"}}', "attribute 'stores' is no JSON of rounds"),
        ("onsets", '{"joined": [5, 3]}', "attribute 'onsets' is no JSON of one window a name"),
        ("ladder", '["separate", 3]', "attribute 'ladder' is no JSON list of texts"),
        ("fallbacks", '{"joined": 3}', "attribute 'fallbacks' is no JSON of one str a name"),
        ("fallbacks", '{"joined": "elsewhere"}', "attribute 'fallbacks' names an architecture"),
        ("fallbacks", '{"elsewhere": "none"}', "attribute 'fallbacks' names an architecture"),
    ],
)
def test_what_no_run_says_is_refused(attribute: str, value: object, message: str) -> None:
    result = random_result()
    known = {"title": "t", "marking": "NOTIONAL", "source": "s", "history": "h", "seed": 1}
    result.provenance.clear()
    result.provenance.update({**known, attribute: value})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=message):
        check_attributes(result)


def test_what_a_run_says_is_not() -> None:
    result = random_result()
    first, *_, last = result.tally.axes.architecture
    result.provenance["fallbacks"] = f'{{"{last}": "{first}", "{first}": "none"}}'
    result.provenance["asset_values"] = '{"town": 1e100, "port": -1e100}'  # as a scenario may say
    check_attributes(result)
