"""Numbers as text: as many digits as their interval supports, never more."""

from __future__ import annotations

import math
from collections.abc import Callable

from mcdefense.report.reading import Interval

_MOST_DECIMALS = 6
_MOST_PLACES = 3
"""Decimals of an end near 0 at most; smaller ones are powers of ten."""
_LOPSIDED = 1.5
"""How much farther an interval goes to one side than to the other where `±` would mislead."""
UNKNOWN = "-"


def decimals_for(half_width: float) -> int:
    """Decimals at which a half-width shows one digit, or two if the first is a 1 or a 2."""
    if not math.isfinite(half_width) or half_width <= 0:
        return 1
    exponent = math.floor(math.log10(half_width))
    leading = half_width / 10.0**exponent
    return min(max(0, -exponent + (leading < 3)), _MOST_DECIMALS)


def fixed(value: float, decimals: int) -> str:
    """The value with so many decimals, thousands apart; exact zero is `0`, NaN is `-`."""
    if math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def short(value: float, digits: int = 3) -> str:
    """The value with some significant digits and no exponent."""
    if not math.isfinite(value) or value == 0:
        return fixed(value, 0)
    exponent = math.floor(math.log10(abs(value)))
    return fixed(value, min(max(0, digits - 1 - exponent), _MOST_DECIMALS))


def with_interval(estimate: Interval, width: int = 80, scale: float = 1.0, join: str = "..") -> str:
    """`3.21 (2.90..3.52)`, with fewer decimals where that is wider than `width`."""
    value, low, high = (scale * number for number in estimate)
    if math.isnan(value):
        return UNKNOWN

    def at(decimals: int) -> str:
        bounds = f"{_limited(low, scale, decimals)}{join}{_limited(high, scale, decimals)}"
        return f"{_limited(value, scale, decimals)} ({bounds})"

    powers = f"{_power(value)} ({_power(low)}{join}{_power(high)})"
    return _fitted(at, value, (high - low) / 2, width, powers)


def more_or_fewer(change: Interval) -> str:
    """A change of the leakers a raid in words: `0.15 (0.06 to 0.23) fewer leakers a raid`, and
    whether its interval holds 0."""
    fewer = not change.value > 0
    size = with_interval(change.turned if fewer else change, join=" to ")
    clear = "" if not change.low <= 0 <= change.high else " - no clear difference"
    return f"{size} {'fewer' if fewer else 'more'} leakers a raid{clear}"


def with_margin(estimate: Interval, width: int = 80, scale: float = 1.0, join: str = "..") -> str:
    """`+3.21 ±0.31`, for intervals about as far to either side; the farther side counts. One that
    goes much farther to one side is `+3.2 (3.0..6.1)`, or `+3.0 to 6.1` in a narrow column, and so
    is one that leaves out 0 where its rounded ± would not."""
    value, low, high = (scale * number for number in estimate)
    if math.isnan(value):
        return UNKNOWN
    margin, nearer = max(high - value, value - low), min(high - value, value - low)
    sign = "+" if value > 0 else ""
    if margin > _LOPSIDED * nearer:
        return _lopsided(Interval(value, low, high), sign, width, join)

    def at(decimals: int) -> str:
        return f"{sign}{fixed(value, decimals)} ±{fixed(margin, decimals)}"

    powers = f"{sign}{_power(value)} ±{_power(margin)}"
    text = _fitted(at, value, margin, width, powers)
    shown, half = (float(part.replace(",", "")) for part in text.split(" ±"))
    if low <= 0 <= high or abs(shown) > half:
        return text
    return _without_0(Interval(value, low, high), sign, width, join) or text


def _without_0(estimate: Interval, sign: str, width: int, join: str) -> str:
    """Both ends of an interval that leaves out 0, each with a digit at least; nothing if they do
    not fit."""
    value, low, high = estimate
    near, far = sorted((low, high), key=abs)
    of_near = max(0, -math.floor(math.log10(abs(near))))
    most = max(of_near if of_near <= _MOST_PLACES else 0, _most_decimals(value, (high - low) / 2))

    def ends(decimals: int, join: str) -> str:
        nearer = fixed(near, max(decimals, of_near)) if of_near <= _MOST_PLACES else _power(near)
        both = (nearer, fixed(far, decimals))
        return join.join(both if near == low else both[::-1])

    texts = [f"{sign}{fixed(value, most)} ({ends(most, join)})"]
    texts += [sign + ends(d, " to ") for d in range(most, -1, -1) if round(abs(far), d) > 0]
    powers = f"{_power(low)} to {_power(high)}"
    texts += [sign + powers, powers]
    return next((text for text in texts if len(text) <= width), "")


def _lopsided(estimate: Interval, sign: str, width: int, join: str) -> str:
    """A difference whose interval goes much farther to one side."""
    value, low, high = estimate

    all_more = "+" if low > 0 else ""

    def bare(decimals: int) -> str:
        return f"{all_more}{fixed(low, decimals)} to {fixed(high, decimals)}"

    half = (high - low) / 2
    most = _most_decimals(value, half)
    full = f"{sign}{fixed(value, most)} ({fixed(low, most)}{join}{fixed(high, most)})"
    if len(full) <= width:
        return full
    return _fitted(bare, value, half, width, f"{all_more}{_power(low)} to {_power(high)}")


def percent(estimate: Interval, width: int = 80, join: str = "..") -> str:
    """A probability with its interval, in per cent without the sign."""
    return with_interval(estimate, width, scale=100.0, join=join)


def _most_decimals(value: float, half_width: float) -> int:
    """Decimals of a value that its interval supports; a bare 0 is exactly nothing."""
    most = decimals_for(half_width)
    return max(most, 1) if 0 < abs(value) < 0.5 else most


def _fitted(
    at: Callable[[int], str], value: float, half_width: float, width: int, powers: str
) -> str:
    """The text with the most decimals that fit; small values in powers of ten if none do."""
    for decimals in range(_most_decimals(value, half_width), -1, -1):
        text = at(decimals)
        if len(text) <= width:
            vanished = abs(value) < 0.01 and 0 < half_width < 0.5 * 10.0**-decimals
            return powers if vanished and len(powers) <= width else text
    return at(0)


def _limited(value: float, scale: float, decimals: int) -> str:
    """A certain probability, 1 on a scale of 100, is `100`: not nearly, but always."""
    return f"{scale:.0f}" if scale != 1.0 and value == scale else fixed(value, decimals)


def _power(value: float) -> str:
    """`4e-5`."""
    if value == 0 or not math.isfinite(value):
        return fixed(value, 0)
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, two digits."""
    if seconds < 90:
        return f"{short(max(seconds, 0.1), 2)} s"
    return f"{short(seconds / 60, 2)} min" if seconds < 5400 else f"{short(seconds / 3600, 2)} h"
