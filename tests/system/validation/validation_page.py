"""docs/validation.md, from the record (validation_store.py) and the model's limits alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from tests.support.consistency import MOST_STANDARD_ERRORS
from tests.support.validation_record import LEAST_P_VALUE, LEAST_SHOWN, Row
from tests.support.validation_store import ROOT, Records, Test
from tests.system.validation import plausibility

HEAD = """\
# What is validated, and how

Every row below is an assertion of a test: the call that compares is the one that records. The page
is made by one command, which reruns all of it and prints how many comparisons hold and fail, and
the largest |z|:

```sh not-run=minutes
python tests/validate.py
```

`python tests/validate.py --quick` leaves out the tests that take minutes; with `--check` nothing is
written, and any row that differs by a digit from this page is a fault. So is it in every run of the
tests. The seed is fixed; results are integers, the same on every machine, so rows can be compared
digit for digit. `MCDEFENSE_TEST_SEED=2 python tests/validate.py` compares on fresh luck.

- **exact** comes from the oracle: a closed form, a programme in exact arithmetic, a plain
  simulator, or a figure computed beforehand to the digits shown.
- **estimated** comes from the engine, or from the function under test.
- **z** is their difference in standard errors; more than {most:g} fails. **p** is the p-value of
  chi-square over the whole histogram; less than {least:g} fails. Either happens to a right model
  with probability 6e-5.
- Rows without z are deterministic and hold to the digits shown.
"""

RESULT_NOTE = """\
Comparisons of one scenario share their luck and some standard errors are upper bounds, so the
largest |z| of independent ones is a yardstick, not a test.
"""

PLAUSIBILITY = """\
## Beside the historical nights

NOTIONAL. `configs/mass_raid.toml` takes its raids, object by object, from
[`configs/historical_raids.csv`](../configs/historical_raids.csv) (reports of one side, see
[`historical_raids.md`](../configs/historical_raids.md)); its island, batteries and rounds are
fictional. Share intercepted, %, over {nights} nights drawn, {trials} trials each:
"""

WHY_NOT = """\
They need not agree, and nothing was fitted to make them:

- Reports are of one side and mix kills, electronic losses and misses. The model counts kills by
  rounds alone, and has no electronic warfare.
- The defence is another one. Most ballistic missiles flew where no ballistic-missile defence
  stood; in the model every area has batteries that can engage every class.
- A night spans several attacks on several areas. The model's raid comes within two hours at
  six areas, all defended, and stocks are not refilled.
- Classes are aggregates. "Hypersonic" in the reports is mostly aero-ballistic, and stands beside
  the model's `quasi_ballistic`; supersonic cruise missiles rest on {supersonic} reported launches.
- Kill probabilities and numbers of batteries and rounds are notional inputs.

The widest gap is at {widest}: {reports:.0f} % reported, {model:.0f} % in the model, where rounds
are held back for such threats at every area and few come in a night. The table says how far the
notional island is from any night reported, and nothing of whether the rules are simulated
rightly: that is what the comparisons below are for.
"""

FRESH = "All rows were measured on one model, `{model}` (a hash of its source)."
STALE = (
    "**{count} of {total} tests were measured on another model than `{model}` (a hash of its "
    "source): marked †.**"
)


@dataclass(frozen=True)
class Summary:
    """How many comparisons hold, and how far the furthest is off."""

    held: int
    failed: int
    refused: int
    z: tuple[float, ...]
    p: tuple[float, ...]

    @classmethod
    def of(cls, tests: Iterable[Test]) -> Summary:
        """Over all rows of these tests."""
        rows = [row for test in tests for row in test.rows]
        right = [row for row in rows if row["verdict"] == "holds"]
        refused = sum(row["verdict"] == "refused" for row in rows)
        return cls(
            held=len(right),
            failed=len(rows) - len(right) - refused,
            refused=refused,
            z=tuple(abs(row["z"]) for row in right if row["z"] is not None),
            p=tuple(row["p"] for row in right if row["p"] is not None),
        )

    @property
    def false_alarm(self) -> float:
        """Probability at most that a right model fails one of them."""
        return len(self.z) * 2 * NormalDist().cdf(-MOST_STANDARD_ERRORS) + LEAST_P_VALUE * len(
            self.p
        )

    def lines(self) -> list[str]:
        """For the page and the screen."""
        lines = [
            f"{self.held:,} comparisons hold, {self.failed:,} fail; "
            f"{self.refused} wrong answers were noticed."
        ]
        if self.z:
            half, rarely = (largest_of(len(self.z), share) for share in (0.5, 0.95))
            lines.append(
                f"Largest |z| {max(self.z):.2f} of {len(self.z):,}; of so many independent ones it "
                f"is below {half:.1f} half of the time, below {rarely:.1f} in 95 %."
            )
        if self.p:
            half, rarely = (smallest_of(len(self.p), share) for share in (0.5, 0.95))
            lines.append(
                f"Smallest p {min(self.p):.2g} of {len(self.p):,}; of so many it is above "
                f"{half:.1g} half of the time, above {rarely:.1g} in 95 %."
            )
        if self.z or self.p:
            lines.append(
                "A right model fails at least one of them with probability "
                f"{self.false_alarm:.2g} at most."
            )
        return lines


def largest_of(count: int, probability: float) -> float:
    """What the largest |z| of so many independent ones stays below with this probability."""
    if count == 0:
        return 0.0
    return NormalDist().inv_cdf((1 + probability ** (1 / count)) / 2)


def smallest_of(count: int, probability: float) -> float:
    """What the smallest of so many independent p-values stays above with this probability."""
    return -math.expm1(math.log(probability) / count) if count else 1.0


def page(records: Records) -> str:
    """The whole page."""
    tests, model = list(records.tests.values()), records.model
    old = {name for name, test in records.tests.items() if test.model != model}
    measured = (
        STALE.format(count=len(old), total=len(tests), model=model)
        if old
        else FRESH.format(model=model)
    )
    parts = [
        HEAD.format(most=MOST_STANDARD_ERRORS, least=LEAST_P_VALUE),
        "## Result\n",
        "\n".join(f"- {line}" for line in [*Summary.of(tests).lines(), measured]) + "\n",
        RESULT_NOTE,
        "\n".join(_claims(records.tests, old)) + "\n",
        "## Limits of the model\n",
        _limits(),
        _beside(records.plausibility, model) if records.plausibility else "",
        "## Every comparison\n",
        *_matrix(records.tests, old),
        "## Wrong answers that were noticed\n",
        "Each was put in place of the right one, and the comparison failed, as it must.\n",
        "\n".join(_refused(tests)),
    ]
    return "\n".join(parts) + "\n"


def _groups(tests: dict[str, Test]) -> dict[tuple[str, str, str], dict[str, Test]]:
    """Tests by claim: the sections of the design by letter, then the others by name."""
    groups: dict[tuple[str, str, str], dict[str, Test]] = {}
    for name, test in tests.items():
        groups.setdefault((test.section, test.title, test.oracle), {})[name] = test
    return dict(sorted(groups.items(), key=lambda group: (len(group[0][0]) > 1, group[0])))


def _heading(section: str, title: str) -> str:
    return f"({section}) {title}" if len(section) == 1 else f"{section}: {title}"


def _claims(tests: dict[str, Test], old: set[str]) -> Iterator[str]:
    yield "| claim | oracle | comparisons | largest \\|z\\| | smallest p | verdict |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    for (section, title, oracle), group in _groups(tests).items():
        summary = Summary.of(group.values())
        mark = " †" if old & set(group) else ""
        verdict = f"{summary.failed} fail" if summary.failed else "holds"
        z = f"{max(summary.z):.2f}" if summary.z else ""
        p = f"{min(summary.p):.2g}" if summary.p else ""
        count = summary.held + summary.failed
        yield (f"| {_heading(section, title)}{mark} | {oracle} | {count} | {z} | {p} | {verdict} |")


def _matrix(tests: dict[str, Test], old: set[str]) -> Iterator[str]:
    for (section, title, oracle), group in _groups(tests).items():
        slow = any(test.slow for test in group.values())
        yield f"### {_heading(section, title)}\n"
        yield f"Oracle: {oracle}.{' Rows with * take minutes.' if slow else ''}\n"
        lines = ["| case | exact | estimated | z | p | verdict |", f"|{' --- |' * 6}"]
        for name, test in group.items():
            marks = (" *" if test.slow else "") + (" †" if name in old else "")
            for row in test.rows:
                if row["verdict"] != "refused":
                    lines.append(_line(row, marks))
        yield "\n".join(lines) + "\n"


def _line(row: Row, marks: str = "") -> str:
    note = row["note"] if row["note"] and not row["note"].startswith("chi2") else ""
    verdict = f"{row['verdict']}{f' ({note})' if note else ''}"
    z = "" if row["z"] is None else f"{row['z']:+.2f}"
    p = "" if row["p"] is None else f"{row['p']:.3g}" if row["p"] else f"< {LEAST_SHOWN:g}"
    case = row["case"].replace("|", "\\|")
    return f"| {case}{marks} | {row['exact']} | {row['estimated']} | {z} | {p} | {verdict} |"


def _refused(tests: Iterable[Test]) -> Iterator[str]:
    yield "| wrong answer; case | wrong | estimated | z | p |"
    yield "| --- | --- | --- | --- | --- |"
    for test in tests:
        for row in test.rows:
            if row["verdict"] == "refused":
                yield _line(row).rpartition(" refused")[0].rstrip()


def _limits() -> str:
    """The limits that docs/explanation/model.md states, in its words."""
    text = (ROOT / "docs" / "explanation" / "model.md").read_text(encoding="utf-8")
    _, found, limits = text.partition("## Limits and responsible use\n")
    if not found:
        raise LookupError("docs/explanation/model.md has no section 'Limits and responsible use'")
    return limits.partition("\n## ")[0].strip() + "\n"


def _beside(measured: dict[str, Any], model: str) -> str:
    nights = measured["nights"]
    names = measured["architectures"]
    lines = [
        "| class | launched | reported, all nights | reported, these | "
        f"{' | '.join(names.values())} |",
        f"| --- | ---: | ---: | ---: |{' ---: |' * len(names)}",
    ]
    every, these = plausibility.reported(), plausibility.reported(nights)
    gaps: dict[str, tuple[float, float]] = {}
    for name, kind in plausibility.CLASSES.items():
        live = measured["counts"]["live"][kind]
        shares = [1 - measured["counts"][a][kind] / live for a in names]
        label = name if name == kind else f"{name} (`{kind}`)"
        gaps[label] = (every[name][1] / every[name][0], shares[0])
        reports = [caught / launched for launched, caught in (every[name], these[name])]
        figures = " | ".join(f"{100 * share:.0f}" for share in [*reports, *shares])
        lines.append(f"| {label} | {these[name][0]:,} | {figures} |")
    same = measured["model"] == model and measured["inputs"] == plausibility.inputs_identity()
    when = (
        "Measured on the model of the rows below, with the inputs as they are."
        if same
        else f"**Measured on another model (`{measured['model']}`), or with other inputs.**"
    )
    widest = max(gaps, key=lambda name: abs(gaps[name][0] - gaps[name][1]))
    report, simulated = gaps[widest]
    return "\n".join(
        [
            PLAUSIBILITY.format(nights=len(nights), trials=measured["trials"]),
            *lines,
            "",
            when,
            "",
            WHY_NOT.format(
                supersonic=every["supersonic_cruise"][0],
                widest=widest,
                reports=100 * report,
                model=100 * simulated,
            ),
        ]
    )
