"""What a user writes of axes and cases, and what is refused."""

from __future__ import annotations

import pytest

from mcdefense.errors import InputError
from mcdefense.study import named_case, unique, values_along


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("raid.a.count=10:40:10", (10, 20, 30, 40)),
        ("raid.a.count=10:39:10", (10, 20, 30)),
        ("raid.scale=0:1:0.1", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)),
        ("a.b=3:1:-1", (3, 2, 1)),
        ("a.b=0,8,16", (0, 8, 16)),
        ("a.b=0.5", (0.5,)),
        ("raid.a.count=[10, 20],[20, 40]", ((10, 20), (20, 40))),
        ("raid.a.arrival=uniform,regular", ("uniform", "regular")),
        ('a.b="x,y",z', ("x,y", "z")),
        ("a.b=true,false", (True, False)),
    ],
)
def test_values_are_what_they_say(text: str, values: tuple[object, ...]) -> None:
    path, found = values_along(text)
    assert path == text.partition("=")[0]
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("raid.a.count", "expected PATH=first:last:step or PATH=a,b,c"),
        *(
            (f"a.b={text}", f"got '{text}', expected first:last:step, such as 10:40:10, or a list")
            for text in ("10:40", "10-40", "0.5..1", "-3 : 1e2")
        ),
        ("=1,2", "expected PATH=first:last:step or PATH=a,b,c"),
        ("a.b=", "got no value"),
        ("a.b=1:5:0", "the step does not lead from 1 to 5"),
        ("a.b=1:5:-1", "the step does not lead from 1 to 5"),
        ("a.b=1:x:1", "expected three numbers first:last:step"),
        ("a.b=0:inf:1", "expected three numbers first:last:step"),
        ("a.b=0:1:0.00001", "gives more than 10,000 values, expected 10,000 or fewer"),
        ("a.b=0:10000:1", "gives more than 10,000 values, expected 10,000 or fewer"),
        ("a.b=0:1:1e-999999", "gives more than 10,000 values, expected 10,000 or fewer"),
        ("a.b=1:0:1e-1999990", "the step does not lead from 1 to 0"),
        ("a.b=0:1e5000:1", "got '0:1e5000:1', expected three numbers first:last:step"),
        ("a.b=1e999999:2e999999:1e-999999", "expected three numbers first:last:step"),
        ("a.b=0:1e99999999999999999999:1", "expected three numbers first:last:step"),
        ("a.b=1,2,1", "got 1 twice"),
    ],
)
def test_other_values_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        values_along(text)


def test_a_range_may_have_the_most_values() -> None:
    assert values_along("a.b=0:9999:1") == ("a.b", tuple(range(10_000)))


def test_a_case_has_a_name_and_values_by_path() -> None:
    text = "more=battery.a.magazine.x=8,raid.b.count=[1, 2]"
    assert named_case(text) == ("more", {"battery.a.magazine.x": 8, "raid.b.count": (1, 2)})
    for other in ("More=a.b=1", "=a.b=1", "more=a.b", "more=a.b=1,a.b=2", "more="):
        with pytest.raises(InputError):
            named_case(other)
    with pytest.raises(InputError, match="got it twice"):
        unique(["a.b=1", "a.b=2"], "over")
