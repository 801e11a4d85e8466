"""Which of a file's statements can matter at all. Cheap: no libcst here."""

from __future__ import annotations

import ast


def gate(text: str) -> bool:
    """Can a file with this text convert anything? Plain substring tests."""
    return "torch" in text and ("numpy" in text or "__array__" in text)


def focus(text: str, tree: ast.Module) -> str | None:
    """The part of a file that the analysis has to see.

    Args:
        text: the source.
        tree: the same, parsed.

    Returns:
        The text with everything irrelevant blanked out and every line in its place, or None if
        nothing in the file can lead to a finding.
    """
    return text
