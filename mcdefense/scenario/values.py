"""Kinds of values a scenario is made of: each with its range and the words of its error."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

MAX_RAID_SCALE = 1000
MAX_OBJECTS = 20_000
"""Most objects (threats, decoys, friendlies) in one raid."""
MAX_PLACES = 4_096
"""Most batteries, and most sensors."""
MAX_OWN_SENSORS = 62
"""Most sensors of one battery: which of them cover an intercept are bits of a number."""
MAX_ARCHITECTURES = 16
MAX_WORLDS = 1_000_000
"""Most worlds: each has counts of its own, and takes some hundredth of a second to build."""
MAX_TRIALS = 2**32
"""Most trials of one world: the trial's number is one 32-bit word of its draws."""
MAX_SEED = 2**63 - 1
MAX_TIME_S = 1e10
"""Longest time, some 300 years: whole milliseconds of it stay exact, counted by object too."""
MAX_REPEAT = 1_000
"""Most raids in sequence."""
MAX_EVERY_S = MAX_TIME_S / MAX_REPEAT
"""Longest time between two of them, some 100 days: the last is never past the longest time."""
MAX_ONSET_S = 1_000_000
"""Longest window from which an onset is drawn: each of its milliseconds can come."""
LEAST_INTERVAL_S = 0.001
"""Times are whole milliseconds."""
MAX_TESTS = 1e9
"""Most tests, and largest shape of a beta distribution, whose quantiles stay accurate."""
MAX_RANGE_KM = 20_000
"""Half the way round the Earth, beyond which a great circle comes back."""
MAX_NUMBER = 1e100
"""Greatest magnitude of a number that has no limit of its own: products of three stay finite."""
MIN_SPEED_KMS, MAX_SPEED_KMS = 0.001, 300_000
MAX_ROUNDS = 16_000
MAX_STOCK = 1_000_000
"""Most rounds in the store behind a magazine."""
MAX_RELOADS = 10_000
"""Most times of reloads in a list."""
MAX_SALVO = 15
"""Most rounds owed at one look, and most entries of a salvo list."""

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
MOST_NAME = 64
"""Letters of the name of an entry at most."""
TOTALS = ("all", "total")
"""Words that stand for totals on screens and in files, beside the names of what is counted."""
PLAIN_TEXT = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""Text without control characters, which would steer the terminal it is shown on."""


class Entry(BaseModel):
    """A table of the scenario: unknown keys, NaN and infinities are refused, nothing changes."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True
    )


@dataclass(frozen=True)
class IfAbsent:
    """Marks a key that tables may leave to each other, with the value where none gives it."""

    value: Any

    @classmethod
    def values_of(cls, model: type[BaseModel]) -> dict[str, Any]:
        """Values of the marked keys of a model where no table gives them, by attribute."""
        return {
            name: part.value
            for name, info in model.model_fields.items()
            for part in info.metadata
            if isinstance(part, cls)
        }


def expects(text: str) -> WrapValidator:
    """Whatever is wrong with the value, the fault says that `text` was expected."""

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise PydanticCustomError("expected", "{expected}", {"expected": text}) from None

    return WrapValidator(check)


def fault(message: str, at: str = "") -> PydanticCustomError:
    """A fault of several keys of one table together, placed at the key `at` of it."""
    return PydanticCustomError("fault", "{message}", {"message": message, "at": at})


def _rising(values: tuple[float, float]) -> tuple[float, float]:
    if values[0] > values[1]:
        raise ValueError("falls")
    return values


def _table_rises(rows: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    if any(a[0] >= b[0] for a, b in pairwise(rows)):
        raise ValueError("falls")
    return rows


def _flies(rows: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    first = rows[0]
    if tuple(first) != (0.0, 0.0) and min(first) <= 0:
        raise ValueError("starts elsewhere")
    knots = rows if max(first) == 0 else ((0.0, 0.0), *rows)
    for (near, early), (far, late) in pairwise(knots):
        if near >= far or early >= late:
            raise ValueError("falls")
        leg_km, leg_s = far - near, late - early
        if not MIN_SPEED_KMS * leg_s <= leg_km <= MAX_SPEED_KMS * leg_s:
            raise ValueError("no speed of an interceptor")
    return rows


_Ground: TypeAlias = Annotated[float, Field(gt=0, le=MAX_RANGE_KM)]
_Time: TypeAlias = Annotated[float, Field(ge=0, le=MAX_TIME_S)]
_AtLeast0: TypeAlias = Annotated[float, Field(ge=0, le=MAX_NUMBER)]
_Unit: TypeAlias = Annotated[float, Field(ge=0, le=1)]
_Latitude: TypeAlias = Annotated[float, Field(ge=-90, le=90)]
_Longitude: TypeAlias = Annotated[float, Field(ge=-180, le=180)]
_Azimuth: TypeAlias = Annotated[float, Field(ge=0, le=360)]

Name: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=NAME_PATTERN),
    expects("a name of small letters, digits and _ that starts with a letter"),
]
Text: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=PLAIN_TEXT),
    expects("text in quotes, on one line and without control characters"),
]
Switch: TypeAlias = Annotated[bool, expects("true or false")]
Number: TypeAlias = Annotated[
    float,
    Field(ge=-MAX_NUMBER, le=MAX_NUMBER),
    expects(f"a number from -{MAX_NUMBER:g} to {MAX_NUMBER:g}"),
]
Positive: TypeAlias = Annotated[
    float, Field(gt=0, le=MAX_NUMBER), expects(f"a number above 0 (at most {MAX_NUMBER:g})")
]
NotNegative: TypeAlias = Annotated[
    float, Field(ge=0, le=MAX_NUMBER), expects(f"a number, 0 or more (at most {MAX_NUMBER:g})")
]
Kilometres: TypeAlias = Annotated[
    float,
    Field(gt=0, le=MAX_RANGE_KM),
    expects(f"a number above 0 (at most {MAX_RANGE_KM:,})"),
]
Seconds: TypeAlias = Annotated[
    float,
    Field(ge=0, le=MAX_TIME_S),
    expects(f"a number, 0 or more (at most {MAX_TIME_S:g})"),
]
Interval: TypeAlias = Annotated[
    float,
    Field(ge=LEAST_INTERVAL_S, le=MAX_TIME_S),
    expects(f"a number from {LEAST_INTERVAL_S:g} to {MAX_TIME_S:g}"),
]
Speed: TypeAlias = Annotated[
    float,
    Field(ge=MIN_SPEED_KMS, le=MAX_SPEED_KMS),
    expects(f"a speed from {MIN_SPEED_KMS:g} to {MAX_SPEED_KMS:,} km/s"),
]
Probability: TypeAlias = Annotated[
    float, Field(ge=0, le=1), expects("a probability, a number from 0 to 1")
]
Rounds: TypeAlias = Annotated[
    int,
    Field(ge=0, le=MAX_ROUNDS),
    expects(f"a whole number of rounds, 0 or more (at most {MAX_ROUNDS:,})"),
]
Salvo: TypeAlias = Annotated[
    tuple[Annotated[int, Field(ge=0, le=MAX_SALVO)], ...],
    Field(min_length=1, max_length=MAX_SALVO),
    expects(
        f"a list of 1 to {MAX_SALVO} whole numbers from 0 to {MAX_SALVO}, "
        "the rounds owed look by look"
    ),
]
Looks: TypeAlias = Annotated[
    int,
    Field(ge=1, le=MAX_SALVO),
    expects(f"a whole number of looks from 1 to {MAX_SALVO}"),
]
LatLon: TypeAlias = Annotated[
    tuple[_Latitude, _Longitude],
    expects("[latitude, longitude] in degrees, latitude -90 to 90, longitude -180 to 180"),
]
Route: TypeAlias = Annotated[
    tuple[tuple[_Latitude, _Longitude], ...],
    Field(max_length=64),
    expects(
        "a list of at most 64 [latitude, longitude] in degrees, latitude -90 to 90, "
        "longitude -180 to 180"
    ),
]
Box: TypeAlias = Annotated[
    tuple[tuple[_Latitude, _Longitude], tuple[_Latitude, _Longitude]],
    expects(
        "two corners [[latitude, longitude], [latitude, longitude]] in degrees, latitude -90 "
        "to 90, longitude -180 to 180"
    ),
]
Sector: TypeAlias = Annotated[
    tuple[_Azimuth, Annotated[float, Field(gt=0, le=360)]],
    expects("[azimuth of the centre, full width] in degrees, 0 to 360, width above 0"),
]
Elevation: TypeAlias = Annotated[
    tuple[Annotated[float, Field(ge=-10, le=90)], Annotated[float, Field(ge=-10, le=90)]],
    AfterValidator(_rising),
    expects("[lowest, highest] elevation in degrees, -10 to 90, lowest first"),
]
Span: TypeAlias = Annotated[
    tuple[_AtLeast0, _AtLeast0],
    AfterValidator(_rising),
    expects(f"[least, greatest], both 0 or more (at most {MAX_NUMBER:g}), least first"),
]
Bearing: TypeAlias = Annotated[
    _Azimuth | tuple[_Azimuth, _Azimuth],
    expects("a bearing from 0 to 360 degrees, or [from, to] clockwise"),
]
Range: TypeAlias = Annotated[
    _Ground | Annotated[tuple[_Ground, _Ground], AfterValidator(_rising)],
    expects(f"a range above 0 (at most {MAX_RANGE_KM:,}), or [least, greatest], least first"),
]
Window: TypeAlias = Annotated[
    _Time | Annotated[tuple[_Time, _Time], AfterValidator(_rising)],
    expects(
        f"a time of 0 or more (at most {MAX_TIME_S:g}), or a window [opens, closes] that does not "
        "close before it opens"
    ),
]
Sspk: TypeAlias = Annotated[
    _Unit
    | Annotated[
        tuple[tuple[_AtLeast0, _Unit], ...],
        Field(min_length=1, max_length=64),
        AfterValidator(_table_rises),
    ],
    expects(
        "a probability, a number from 0 to 1, or a table [[range_km, probability], ...] by "
        f"rising range (at most {MAX_NUMBER:g})"
    ),
]
Flyout: TypeAlias = Annotated[
    tuple[tuple[_AtLeast0, _Time], ...],
    Field(min_length=2, max_length=256),
    AfterValidator(_flies),
    expects(
        "a table [[range_km, time_s], ...] of at least two rows that rise in both, from [0, 0] or "
        f"from more than 0, at {MIN_SPEED_KMS:g} to {MAX_SPEED_KMS:,} km/s"
    ),
]
Names: TypeAlias = Annotated[tuple[str, ...], expects("a list of names in quotes")]
