"""Reads the stored tables; each file is parsed on first use and kept."""

from __future__ import annotations

import enum
import functools
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


class Memory(enum.Enum):
    """Whose memory a result lies in."""

    FRESH = "fresh"  # its own
    VIEW = "view"  # always that of the first tensor (array) argument
    MAYBE = "maybe"  # that of the first argument, or its own: depends on layout, dtype or device
    INPUT = "input"  # it is the first argument itself: an in-place operation


@functools.cache
def table(name: str) -> dict[str, Any]:
    """The parsed content of one data file.

    Args:
        name: "torch_operators", "torch_modules", "numpy_functions", "consumers" or "older".
    """
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return content
