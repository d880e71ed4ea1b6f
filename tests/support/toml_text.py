"""Scenario documents as TOML text."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def toml(document: Document) -> str:
    """The document as TOML text."""
    lines = [f"{key} = {_value(v)}" for key, v in document.items() if not isinstance(v, dict)]
    for section, entries in document.items():
        if not isinstance(entries, dict):
            continue
        if section in ("engagement", "opportunities", "tracks"):
            lines += ["", f"[{section}]", *_lines(entries)]
            continue
        for name, entry in entries.items():
            lines += ["", f"[{section}.{name}]", *_lines(entry)]
    return "\n".join(lines) + "\n"


def _lines(entry: Document) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in entry.items() if value is not None]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None)
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        rows = [_value(v) for v in value]
        if rows and isinstance(value[0], dict):
            return "[\n" + "".join(f"  {row},\n" for row in rows) + "]"
        return f"[{', '.join(rows)}]"
    return repr(value)


def _key(key: str) -> str:
    return f'"{key}"' if "." in key else key
