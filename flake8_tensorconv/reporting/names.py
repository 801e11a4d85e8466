"""File names that are safe to show: nothing in one moves the cursor or begins a line."""

from __future__ import annotations

import unicodedata
from pathlib import Path

_SHORT = {
    "\a": r"\a",
    "\b": r"\b",
    "\t": r"\t",
    "\n": r"\n",
    "\v": r"\v",
    "\f": r"\f",
    "\r": r"\r",
    '"': r"\"",
    "\\": r"\\",
}


def is_control(char: str) -> bool:
    """Does a character steer a terminal? Directional ones make text look like other text."""
    return unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}


def quoted(name: str) -> str:
    """Write a name as git does: as it is, or in quotes with escapes if there is need for them."""
    if not name.startswith('"') and not any(map(is_control, name)):
        return name
    return f'"{"".join(map(_escaped, name))}"'


def from_here(path: str) -> str:
    """An absolute path as one that begins in the current folder, if it lies in it."""
    absolute, here = Path(path), Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else path


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if not is_control(char):
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode())
