"""Writes tables so that a change of one entry is a change of one line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any

Table = Mapping[str, Any]


def _section(content: Any) -> Iterator[str]:
    if isinstance(content, Mapping):
        entries = [f"{json.dumps(key)}: {json.dumps(content[key])}" for key in sorted(content)]
    else:
        entries = [json.dumps(entry) for entry in sorted(content)]
    for place, entry in enumerate(entries):
        yield entry + ("," if place < len(entries) - 1 else "")


def render(made_with: Mapping[str, str], table: Table) -> str:
    """The text of a data file: a header with versions, then sections of one line an entry.

    Args:
        made_with: the versions of the libraries that were asked.
        table: the sections, each a mapping or a sequence of names.
    """
    lines = ["{", f'"made_with": {json.dumps(dict(made_with))},']
    for place, (name, content) in enumerate(table.items()):
        opening, closing = "{}" if isinstance(content, Mapping) else "[]"
        comma = "," if place < len(table) - 1 else ""
        lines += [f"{json.dumps(name)}: {opening}", *_section(content), f"{closing}{comma}"]
    return "\n".join([*lines, "}", ""])


def differences(stored: str, made: str, name: str) -> list[str]:
    """The lines in which a stored file and a new one differ, without the header of versions."""

    def entries(text: str) -> list[str]:
        lines = text.splitlines()
        return [line.removesuffix(",") for line in lines if not line.startswith('"made_with"')]

    diff = difflib.unified_diff(
        entries(stored), entries(made), f"{name} (stored)", f"{name} (installed)", lineterm="", n=0
    )
    return list(diff)
