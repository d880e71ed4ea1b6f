"""What was written comes back exactly; what was not written by us is refused in one line."""

from __future__ import annotations

import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from mcdefense.errors import InputError, McdefenseError
from mcdefense.statistics.result import Result
from mcdefense.store import StoreError, read, write
from mcdefense.store.contents import contents
from mcdefense.store.layout import LAYOUT, Variable
from mcdefense.store.write import encode
from tests.store.random_result import random_result

SHAPES = {
    "several": {},
    "one architecture": {"architectures": 1, "classes": 1},
    "no interceptor, no parameter": {"interceptors": 0, "parameters": 0},
    "one world, no leaker": {"worlds": 1, "most_leakers": 0},
    "no raids in sequence": {"raids": 0},
    "many": {"architectures": 16, "classes": 11, "worlds": 40},
}


def assert_same(one: Result, other: Result) -> None:
    assert one.tally.axes == other.tally.axes
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("plan", "night")]
    pairs.append((one.schedule_hash, other.schedule_hash))
    pairs.append((one.check_hash, other.check_hash))
    for ours, theirs in (
        (one.tally.counts, other.tally.counts),
        (one.estimates, other.estimates),
        (one.parameters, other.parameters),
    ):
        assert list(ours) == list(theirs)
        pairs += [(ours[name], theirs[name]) for name in ours]
    for ours, theirs in pairs:
        assert ours.dtype == theirs.dtype
        assert ours.shape == theirs.shape
        if ours.dtype == object:
            assert ours.tolist() == theirs.tolist()
        else:
            assert ours.tobytes() == theirs.tobytes()  # to the bit, NaN too
    assert one.provenance == other.provenance
    assert {k: type(v) for k, v in one.provenance.items()} == {
        k: type(v) for k, v in other.provenance.items()
    }
    assert one.scenario_text == other.scenario_text


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_round_trip_is_exact(tmp_path: Path, shape: dict[str, int]) -> None:
    result = random_result(shape)
    write(result, tmp_path / "result.h5")
    assert_same(result, read(tmp_path / "result.h5"))


def test_nothing_is_by_raid_where_no_wave_repeats(tmp_path: Path) -> None:
    for raids in (0, 2):
        write(random_result({"raids": raids}), tmp_path / "result.h5")
        names: list[str] = []
        with h5py.File(tmp_path / "result.h5") as file:
            file.visit(names.append)
        found = {name for name in names if "raid" in name.split("/")[-1]}
        assert found == {v.path for v in LAYOUT if v.is_by_raid and raids}


def test_a_result_without_draws_is_stored_with_their_missing_values(tmp_path: Path) -> None:
    full = random_result()
    write(Result(full.tally, full.estimates, provenance=full.provenance), tmp_path / "result.h5")
    again = read(tmp_path / "result.h5")
    assert again.night.tolist() == [-1] * 4
    assert again.plan.tolist() == [""] * 4
    assert again.check_hash.tolist() == [0] * 4


def test_the_same_result_gives_the_same_checksum_and_another_another(tmp_path: Path) -> None:
    sums = []
    for seed in (1, 1, 2):
        write(random_result(seed=seed), tmp_path / "result.h5")
        with h5py.File(tmp_path / "result.h5") as file:
            sums.append(file.attrs["content_sha256"])
    assert sums[0] == sums[1] != sums[2]


@pytest.mark.parametrize(
    ("provenance", "message"),
    [({"flag": True}, "'flag' is True"), ({"Bad name": 1}, "'Bad name'"), ({"x": None}, "'x'")],
)
def test_provenance_that_has_no_netcdf_form_is_refused(
    provenance: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        encode(random_result(**provenance))  # type: ignore[arg-type]


def test_counts_and_estimates_outside_the_layout_are_refused() -> None:
    result = random_result()
    result.estimates["invented"] = np.zeros(3)
    with pytest.raises(ValueError, match="not in the layout \\['invented'\\]"):
        encode(result)


def test_an_estimate_of_another_shape_is_refused() -> None:
    result = random_result()
    result.estimates["p_no_leakers"] = np.zeros(7)
    with pytest.raises(ValueError, match="p_no_leakers: got float64\\[7\\], expected float64"):
        encode(result)


def refusal(path: Path, kind: type[McdefenseError]) -> str:
    with pytest.raises(kind) as caught:
        read(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message


def test_what_is_not_a_results_file_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.h5"
    assert "No such file" in refusal(missing, InputError)
    assert "directory" in refusal(tmp_path, InputError)
    for content in (b"", b"not a result"):
        text = tmp_path / "text.h5"
        text.write_bytes(content)
        assert "not HDF5" in refusal(text, InputError)
    for name, filetype in (("foreign", "statepoint"), ("bare", None)):
        path = tmp_path / f"{name}.h5"
        with h5py.File(path, "w") as file:
            if filetype:
                file.attrs["filetype"] = filetype
        assert f"expected '{'mcdefense-result'}'" in refusal(path, InputError)


def test_another_major_version_is_refused_and_a_newer_minor_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.h5"
    result = random_result()
    write(result, path)
    with h5py.File(path, "r+") as file:
        file.attrs["format_version"] = np.array([3, 0], np.int32)
    assert "got format version 3.0, this program reads 1.x to 2.x" in refusal(path, InputError)
    with h5py.File(path, "r+") as file:
        file.attrs["format_version"] = np.array([0, 9], np.int32)
    assert "got format version 0.9, this program reads 1.x to 2.x" in refusal(path, InputError)
    with monkeypatch.context() as newer:
        writer = sys.modules["mcdefense.store.write"]  # the name is the function's too
        newer.setattr(writer, "FORMAT_VERSION", (2, 7))
        extra = Variable("new", "worlds", ("world",), "int64", "1", "new", "derived")
        newer.setattr(writer, "LAYOUT", (*LAYOUT, extra))
        known = contents(result)
        arrays = {**known, extra.path: np.arange(len(result.tally.axes.world))}
        newer.setattr(writer, "contents", lambda _: arrays)
        write(result, path)
    with h5py.File(path) as file:
        assert file.attrs["format_version"].tolist() == [2, 7]
        assert "worlds/new" in file
    assert_same(result, read(path))


@pytest.mark.parametrize("kept", [9, 100, 5_000, 0.5, 0.999])
def test_a_truncated_file_is_refused(tmp_path: Path, kept: float) -> None:
    path = tmp_path / "result.h5"
    image = encode(random_result())
    path.write_bytes(image[: int(kept if kept >= 1 else kept * len(image))])
    assert "damaged or cut short" in refusal(path, StoreError)


@pytest.mark.parametrize("name", ["arrays_of", "from_contents"])
def test_a_file_that_memory_does_not_hold_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    write(random_result(), tmp_path / "result.h5")
    # The module: the name is the function's too.
    monkeypatch.setattr(sys.modules["mcdefense.store.read"], name, exhausted)
    with pytest.raises(MemoryError):
        read(tmp_path / "result.h5")


def test_damage_is_never_read_as_a_result(tmp_path: Path) -> None:
    """A byte changed anywhere is refused, or lies where nothing of the result is stored."""
    result = random_result({"architectures": 2, "classes": 1, "worlds": 3})
    image = encode(result)
    path = tmp_path / "result.h5"
    draw = np.random.default_rng(5)
    used = np.flatnonzero(np.frombuffer(image, np.uint8))
    messages = []
    for place in draw.choice(used, 60, replace=False):
        damaged = bytearray(image)
        damaged[place] ^= int(draw.integers(1, 256))
        path.write_bytes(damaged)
        try:
            assert_same(result, read(path))
        except McdefenseError as error:
            messages.append(str(error))
    assert len(messages) > 20
    assert not [message for message in messages if "\n" in message]


def test_a_missing_variable_is_named(tmp_path: Path) -> None:
    path = tmp_path / "result.h5"
    write(random_result(), path)
    with h5py.File(path, "r+") as file:
        del file["tally/damaging_leakers"]
    assert "no variable 'tally/damaging_leakers'" in refusal(path, StoreError)
