"""A run says where it comes from, under the names that the page on the file explains."""

from __future__ import annotations

from fnmatch import fnmatchcase

from mcdefense.run import simulate
from mcdefense.scenario import loads
from mcdefense.store.layout import REQUIRED_ATTRIBUTES, USUAL_ATTRIBUTES
from tests.support.small_scenarios import TABLE


def test_every_attribute_is_explained_and_every_one_explained_is_there() -> None:
    provenance = simulate(loads(TABLE), worlds=1, trials_per_world=10, devices=1).provenance
    explained = {"overrides", *REQUIRED_ATTRIBUTES, *USUAL_ATTRIBUTES}
    written = set(provenance)
    assert [a for a in written if not any(fnmatchcase(a, e) for e in explained)] == []
    assert [e for e in explained if not any(fnmatchcase(a, e) for a in written)] == []
