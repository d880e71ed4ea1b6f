"""Edits that make a good input a bad one: of a text, of its values, of bytes, of an HDF5 file."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from hypothesis import strategies as st

from mcdefense.store.contents import checksums
from mcdefense.store.layout import CHECKSUMS

VALUES = (
    *("nan", "inf", "-inf", "-1", "0", "1e308", "1e-320", "9" * 400, "-0.0", "true", "''"),
    *("[]", "{}", "[[[[]]]]", "1979-05-27", "'''a\nb'''", "99999999999999999999", "0x7fffffff"),
    *("'../../etc/passwd'", "'/etc/passwd'", "'C:\\\\x.csv'", "'.'", "'outside.csv'", "'a\\u0000'"),
    *('"\\u001b[31mred"', '"<script>alert(1)</script>"', "'" + "x" * 100_000 + "'", "'\u202eabc'"),
    *("[1, 'two', {three = 3}]", "{ sspk = 2 }", "'no_such_name'", "[nan, 1e999]", "'*'", "'all'"),
    *("'$\\frac{$'", "1" * 5000, "[" * 200 + "]" * 200, "-9223372036854775808", "1e9", "'1e9'"),
)
TOKENS = (
    *VALUES,
    *("[", "]", "{", "}", '"', "'", '"""', "=", ".", ",", "#", "\n", "\r", "\0", "\x1b[2J", "\t"),
    *("[run]\n", "[[raid.x]]\n", "a.b.c.d = 1\n", "\ufeff", "\U0010ffff", "\u2028", "é", "[a" * 90),
    *("x = 1\n" * 3, "[battery.'\x7f']\n", '["".""]\n', "a = {b = {c = {}}}\n", ";", "9" * 200_000),
)
_ACTIONS = ("value", "insert", "delete", "cut", "line away", "line twice", "lines swapped")
_PLACES = st.integers(0, 2**20 - 1)

text_edits = st.lists(
    st.tuples(
        st.sampled_from(_ACTIONS), _PLACES, st.sampled_from(TOKENS) | st.text(max_size=20), _PLACES
    ),
    min_size=1,
    max_size=4,
)
byte_edits = st.lists(
    st.tuples(st.sampled_from(("flip", "cut", "put")), _PLACES, st.binary(min_size=1, max_size=9)),
    min_size=1,
    max_size=4,
)


def edited_text(text: str, edits: list[tuple[str, int, str, int]]) -> str:
    """The text after the edits; places are in 2**20ths of it."""
    for action, place, token, other in edits:
        at = place * len(text) >> 20
        lines = text.splitlines(keepends=True) or [""]
        line, second = place * len(lines) >> 20, other * len(lines) >> 20
        if action == "value":
            found = list(re.finditer(r"= *([^,}\n]+)", text))
            if found:
                start, end = found[place * len(found) >> 20].span(1)
                text = text[:start] + token + text[end:]
        elif action == "insert":
            text = text[:at] + token + text[at:]
        elif action == "delete":
            text = text[:at] + text[at + 1 + other % 20 :]
        elif action == "cut":
            text = text[:at]
        else:
            if action == "line away":
                del lines[line]
            elif action == "line twice":
                lines.insert(second, lines[line])
            else:
                lines[line], lines[second] = lines[second], lines[line]
            text = "".join(lines)
    return text


def encoded(text: str, encoding: str) -> bytes:
    """The text's bytes; what the encoding cannot say is left out."""
    return text.encode(encoding, errors="ignore")


def edited_bytes(content: bytes, edits: list[tuple[str, int, bytes]]) -> bytes:
    """The bytes after the edits."""
    image = bytearray(content)
    for action, place, other in edits:
        at = place * len(image) >> 20
        if action == "cut":
            del image[at:]
        elif action == "put":
            image[at : at + len(other)] = other
        elif image:
            image[at] ^= 1 << other[0] % 8
    return bytes(image)


_ODD: tuple[Any, ...] = (
    *(
        0,
        -1,
        2**62,
        float("nan"),
        "",
        "\x1b[31mred\nnext",
        "<script>alert(1)</script>",
        b"\xff\xfe",
    ),
    *(
        "null",
        "[1, 2]",
        '{"a": "b"}',
        "[" * 2000,
        "9" * 5000,
        "1e999",
        np.arange(4),
        np.zeros((0, 3)),
    ),
    *(np.array(["a", "b"], object), np.zeros(2, [("x", "i4")]), "$\\frac{$", np.float64("inf")),
    *('{"alone": "\x1b[2J"}', '{"round": "dear"}', '["\x1b]0;title\x07"]', True),
)
_SHAPES = ((), (0,), (1,), (3, 3), (2**40,), (2**33,), (1, 2**30), (2**62,))
_DTYPES = ("i1", "<i8", ">i8", "f8", "u8", "S5", "S2000000", "c16", "V7", "b1")
_HARMS = (
    *("delete", "odd dtype", "odd shape", "odd value", "soft link", "external link", "cycle"),
    *("stored elsewhere", "virtual", "attribute", "no attribute", "more", "group", "doubling"),
)
file_edits = st.lists(
    st.tuples(
        st.sampled_from(_HARMS), _PLACES, st.integers(0, len(_ODD) - 1), st.integers(0, 1000)
    ),
    min_size=1,
    max_size=3,
)


def edit_file(path: Path, outside: Path, edits: list[tuple[str, int, int, int]]) -> None:
    """Harm the structure of the HDF5 file; `outside` is a file that it must not lead to."""
    with h5py.File(path, "r+") as file:
        for harm, place, odd, other in edits:
            names: list[str] = []
            file.visit(names.append)
            if not names:
                return
            with suppress(ValueError, TypeError, OSError, KeyError):  # HDF5 itself refuses some
                _harm(file, harm, names[place * len(names) >> 20], odd, other, place, outside)


def _harm(
    file: h5py.File, harm: str, name: str, odd: int, other: int, place: int, outside: Path
) -> None:
    value, shape, dtype = _ODD[odd], _SHAPES[other % len(_SHAPES)], _DTYPES[other % len(_DTYPES)]
    attributes = sorted(file.attrs)
    if harm == "no attribute" and attributes:
        del file.attrs[attributes[place * len(attributes) >> 20]]
    elif harm == "attribute" and attributes:
        file.attrs[attributes[place * len(attributes) >> 20]] = value
    elif harm == "more":
        file.create_dataset(f"more{odd}", data=value)
    elif harm == "doubling":
        above = file.create_group(f"doubling{odd}")
        for _ in range(60):
            below = file.create_group(f"{above.name}/a")
            above["b"] = below
            above = below
    elif harm not in ("no attribute", "attribute"):
        old = file[name]
        old_shape, old_dtype = getattr(old, "shape", ()), getattr(old, "dtype", np.dtype("f8"))
        del file[name]
        if harm == "odd dtype":
            file.create_dataset(name, old_shape, dtype)
        elif harm == "odd shape":
            plain = h5py.string_dtype() if old_dtype.kind == "O" else old_dtype
            file.create_dataset(name, shape, plain, chunks=(1,) * len(shape) or None)
        elif harm == "odd value":
            file.create_dataset(name, data=value)
        elif harm == "soft link":
            file[name] = h5py.SoftLink("/tally/world" if other % 2 else f"/{name}")
        elif harm == "external link":
            file[name] = h5py.ExternalLink(str(outside), "/tally/trials")
        elif harm == "cycle":
            file[name] = file["/"]
        elif harm == "stored elsewhere":
            file.create_dataset(name, (64,), "i1", external=[(str(outside), 0, 64)])
        elif harm == "virtual":
            layout = h5py.VirtualLayout((4,), "i8")
            layout[:] = h5py.VirtualSource(str(outside), "/tally/world", (4,))
            file.create_virtual_dataset(name, layout)
        elif harm == "group":
            file.create_group(name)


def sealed(path: Path) -> None:
    """New checksums, as of one who means harm; a file too odd to have any is left as it is."""
    with h5py.File(path, "r+") as file:
        arrays: dict[str, Any] = {}
        total = 0

        def take(name: str, item: Any) -> None:
            nonlocal total
            if isinstance(item, h5py.Dataset):
                total += item.size * item.dtype.itemsize
                if total < 2**24:
                    arrays[name] = item.asstr()[()] if item.dtype.kind == "O" else item[()]
                    arrays[name] = np.asarray(arrays[name], item.dtype)

        try:
            if any(name.startswith("doubling") for name in file):
                return
            file.visititems(take)
            others = {n: v for n, v in file.attrs.items() if n not in CHECKSUMS}
            if total < 2**24:
                for name, text in checksums(arrays, others).items():
                    file.attrs[name] = text
        except (TypeError, ValueError, OSError, KeyError, UnicodeError):
            return
