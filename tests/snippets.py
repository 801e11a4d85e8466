"""Small programs in tables: `### name silent`, or `### name TNC301`, and what follows it.

A program that has a finding breaks one of its own assertions, or raises; a silent one runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "tables"
_IMPORTS = "import numpy as np\nimport torch\n"


class Snippet(NamedTuple):
    """A program of a table, and the code that it must be reported with; "" if it must not be."""

    text: str
    code: str


def snippets() -> dict[str, Snippet]:
    """All programs of all tables by name."""
    found = {}
    for path in sorted(FOLDER.glob("*.txt")):
        for block in ("\n" + path.read_text(encoding="utf-8")).split("\n### ")[1:]:
            head, body = block.split("\n", 1)
            name, expected = head.split()
            code = "" if expected == "silent" else expected
            found[f"{path.stem}/{name}"] = Snippet(_IMPORTS + body, code)
    return found
