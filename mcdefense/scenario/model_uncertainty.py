"""What is not known: distributions of scalars, drawn once per world."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from mcdefense.scenario.values import MAX_NUMBER, MAX_TESTS, Entry, Number, Positive, expects, fault

Shape: TypeAlias = Annotated[
    float, Field(gt=0, le=MAX_TESTS), expects(f"a number above 0 (at most {MAX_TESTS:,.0f})")
]
Tests: TypeAlias = Annotated[
    float, Field(ge=0, le=MAX_TESTS), expects(f"a number, 0 or more (at most {MAX_TESTS:,.0f})")
]


class _Uncertain(Entry):
    paths: Annotated[
        tuple[str, ...], Field(min_length=1), expects("a list of at least one path in quotes")
    ]
    """Scalars that the draw drives, by path; * stands for one part."""
    as_: Annotated[Literal["value", "factor"], Field(alias="as")] = "value"
    """Whether the draw replaces the scalar or multiplies it."""


class Beta(_Uncertain):
    """Beta distribution on [0, 1]."""

    distribution: Literal["beta"]
    """Kind of distribution."""
    a: Shape
    """First shape parameter."""
    b: Shape
    """Second shape parameter."""


class Uniform(_Uncertain):
    """Uniform distribution."""

    distribution: Literal["uniform"]
    """Kind of distribution."""
    low: Number
    """Least value."""
    high: Number
    """Greatest value."""

    @model_validator(mode="after")
    def _rises(self) -> Uniform:
        if self.low > self.high:
            raise fault(f"got {self.high:g}, expected at least low = {self.low:g}", "high")
        return self


class Triangular(_Uncertain):
    """Triangular distribution."""

    distribution: Literal["triangular"]
    """Kind of distribution."""
    low: Number
    """Least value."""
    mode: Number
    """Most likely value."""
    high: Number
    """Greatest value."""

    @model_validator(mode="after")
    def _rises(self) -> Triangular:
        if self.low > self.high:
            raise fault(f"got {self.high:g}, expected at least low = {self.low:g}", "high")
        if not self.low <= self.mode <= self.high:
            wanted = f"a number from low = {self.low:g} to high = {self.high:g}"
            raise fault(f"got {self.mode:g}, expected {wanted}", "mode")
        return self


class Normal(_Uncertain):
    """Normal distribution, truncated to [low, high]."""

    distribution: Literal["normal"]
    """Kind of distribution."""
    mean: Number
    """Mean before truncation."""
    sd: Positive
    """Standard deviation before truncation."""
    low: Number | None = None
    """Least value; absent = no bound."""
    high: Number | None = None
    """Greatest value; absent = no bound."""

    @model_validator(mode="after")
    def _rises(self) -> Normal:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise fault(f"got {self.high:g}, expected more than low = {self.low:g}", "high")
        return self


class Choice(_Uncertain):
    """One of several values."""

    distribution: Literal["choice"]
    """Kind of distribution."""
    values: Annotated[
        tuple[Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)], ...],
        Field(min_length=1),
        expects(f"a list of at least one number from -{MAX_NUMBER:g} to {MAX_NUMBER:g}"),
    ]
    """Values to choose from."""
    weights: Annotated[
        tuple[Annotated[float, Field(ge=0, le=MAX_NUMBER)], ...] | None,
        expects(f"a list of weights of 0 or more (at most {MAX_NUMBER:g}), one for each value"),
    ] = None
    """Weights of the values; default equal."""

    @model_validator(mode="after")
    def _weighs(self) -> Choice:
        if self.weights is not None:
            if len(self.weights) != len(self.values):
                raise fault(
                    f"got {len(self.weights)} weights, expected one for each of the "
                    f"{len(self.values)} values",
                    "weights",
                )
            if sum(self.weights) <= 0:
                raise fault("got weights that are all 0, expected one above 0", "weights")
        return self


class Jeffreys(_Uncertain):
    """Jeffreys posterior of a probability after tests: Beta(successes + 1/2, failures + 1/2)."""

    distribution: Literal["jeffreys"]
    """Kind of distribution."""
    successes: Tests
    """Successes among the tests."""
    tests: Tests
    """Number of tests."""

    @model_validator(mode="after")
    def _fits(self) -> Jeffreys:
        if self.successes > self.tests:
            raise fault(
                f"got {self.successes:g}, expected at most tests = {self.tests:g}", "successes"
            )
        return self


Uncertainty: TypeAlias = Annotated[
    Beta | Uniform | Triangular | Normal | Choice | Jeffreys, Field(discriminator="distribution")
]

DISTRIBUTIONS: dict[str, type[_Uncertain]] = {
    "beta": Beta,
    "uniform": Uniform,
    "triangular": Triangular,
    "normal": Normal,
    "choice": Choice,
    "jeffreys": Jeffreys,
}
"""Kinds of distribution by the word in the file."""


def support(uncertainty: Uncertainty) -> tuple[float, float]:
    """Least and greatest value that a draw can take; infinite where unbounded."""
    match uncertainty:
        case Uniform() | Triangular():
            return uncertainty.low, uncertainty.high
        case Normal():
            low = -float("inf") if uncertainty.low is None else uncertainty.low
            return low, float("inf") if uncertainty.high is None else uncertainty.high
        case Choice():
            return min(uncertainty.values), max(uncertainty.values)
        case _:
            return 0.0, 1.0
