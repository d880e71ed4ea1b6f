"""What a user writes of a study's axes and cases: `PATH=10:200:10`, `PATH=8,16,24`,
`NAME=PATH=VALUE,PATH=VALUE`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mcdefense.errors import Fault, InputError
from mcdefense.scenario import flatten, parse_value, short

MOST_POINTS = 10_000
"""Points of a study at most: each is a run."""
_FORMS = "first:last:step, such as 10:40:10, or a list a,b,c"
_NUMBER = r"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?"
_SPAN = re.compile(rf"{_NUMBER}\s*(?::|-|\.\.)\s*{_NUMBER}")
"""Two numbers that look like the ends of a range, without its step."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def fault(option: str, key: str, message: str) -> InputError:
    """One fault of an option of a study."""
    return InputError([Fault(option, key, message, option=True)])


def values_along(text: str, option: str = "over") -> tuple[str, tuple[Any, ...]]:
    """Path and values of `PATH=first:last:step`, the last included if a step meets it, or of
    `PATH=a,b,c`.

    Raises InputError for anything else, for a list without a value and for one given twice.
    """
    path, equals, listed = text.partition("=")
    path, listed = path.strip(), listed.strip()
    if not equals or not path:
        raise fault(option, "", f"got {short(text)}, expected PATH=first:last:step or PATH=a,b,c")
    if _SPAN.fullmatch(listed):
        raise fault(option, path, f"got {short(listed)}, expected {_FORMS}")
    values = _range(path, listed, option) if listed.count(":") == 2 else _list(listed)
    check_values(path, values, option)
    return path, values


def check_values(path: str, values: Sequence[Any], option: str) -> None:
    """Raises InputError for no values, for too many, and for one that comes twice."""
    if not values:
        raise fault(option, path, "got no value, expected one or more")
    if len(values) > MOST_POINTS:
        raise fault(option, path, f"got {len(values):,} values, expected {MOST_POINTS:,} or fewer")
    seen: list[Any] = []
    for value in values:
        if any(value == other and type(value) is type(other) for other in seen):
            raise fault(option, path, f"got {short(value)} twice, expected every value once")
        seen.append(value)


def _range(path: str, text: str, option: str) -> tuple[int | float, ...]:
    try:
        numbers = [Decimal(part.strip()) for part in text.split(":")]
    except ArithmeticError:  # no number, or one of a greater exponent than any decimal number has
        numbers = []
    if not numbers or not all(math.isfinite(float(number)) for number in numbers):
        wanted = "expected three numbers first:last:step, none of them above 1.8e308"
        raise fault(option, path, f"got {short(text)}, {wanted}")
    first, last, step = numbers
    if step == 0 or (last - first) * Decimal(1).copy_sign(step) < 0:
        message = f"got {short(text)}, of which the step does not lead from {first} to {last}"
        raise fault(option, path, message)
    if abs(last - first) >= abs(step) * MOST_POINTS:  # their number may have a million digits
        what = f"{short(text)} gives more than {MOST_POINTS:,} values"
        raise fault(option, path, f"{what}, expected {MOST_POINTS:,} or fewer")
    number = math.floor((last - first) / step) + 1
    # In decimals, so that 0:1:0.1 has 0.3 and not 0.30000000000000004.
    exact = [first + step * place for place in range(number)]
    whole = all(n == n.to_integral_value() and "." not in text for n in exact)
    return tuple(int(n) if whole else float(n) for n in exact)


def _list(text: str) -> tuple[Any, ...]:
    """Values between commas, of TOML where they are; commas in brackets and quotes divide none."""
    if not text:
        return ()
    listed = parse_value(f"[{text}]")
    if isinstance(listed, tuple):
        return listed
    return tuple(parse_value(part) for part in _split(text))


def _split(text: str) -> list[str]:
    parts, depth, quote = [""], 0, ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        if sign == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def named_case(text: str, option: str = "case") -> tuple[str, dict[str, Any]]:
    """Name and values by path of `NAME=PATH=VALUE,PATH=VALUE`; raises InputError for others."""
    name, equals, rest = text.partition("=")
    name = name.strip()
    if not equals or not _NAME.fullmatch(name):
        wanted = "NAME=PATH=VALUE, NAME of small letters, digits and _"
        raise fault(option, "", f"got {short(text)}, expected {wanted}")
    values: dict[str, Any] = {}
    for part in _split(rest):
        path, equals, value = part.partition("=")
        path = path.strip()
        if not equals or not path or not value.strip():
            raise fault(option, name, f"got {short(part)}, expected PATH=VALUE")
        if path in values:
            raise fault(option, name, f"got {path} twice, expected every path once")
        values[path] = parse_value(value.strip())
    return name, values


def unique(texts: Sequence[str], option: str) -> dict[str, Any]:
    """Axes or cases as they are typed, by path or name; InputError for one that comes twice."""
    found: dict[str, Any] = {}
    for text in texts:
        name, values = (values_along if option == "over" else named_case)(text, option)
        if name in found:
            raise fault(option, name, "got it twice, expected it once")
        found[name] = values
    return found


def by_path(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a table by dotted path, written with dots in or outside of quotes."""
    return {".".join(map(str, path)): value for path, value in flatten(values)}
