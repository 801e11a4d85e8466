"""Offsets into a text, and lines and columns of it."""

from __future__ import annotations

import re
from bisect import bisect_right

from flake8_tensorconv.source.findings import Span

# Python's own idea of a line: form feeds, vertical tabs and Unicode separators do not end one.
_NEWLINE = re.compile(r"\r\n?|\n")


def count_newlines(text: str) -> int:
    """How many lines end in the text."""
    return len(_NEWLINE.findall(text))


class Lines:
    """Turns offsets into a text to lines and columns and back."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]

    def span(self, start: int, end: int) -> Span:
        """The span of the text between two offsets."""
        return Span(*self._position(start), *self._position(end))

    def offset(self, line: int, column: int) -> int:
        """The offset of a 1-based line and a 0-based column, at most the length of the text."""
        if line > len(self._starts):
            return self._length
        return min(self._starts[line - 1] + column, self._length)

    def offset_of_bytes(self, text: str, line: int, column: int) -> int:
        """The offset in the text where `ast` says a column, which counts bytes of UTF-8."""
        start = self._starts[line - 1]
        if text[start : start + column].isascii():
            return start + column
        return start + len(text[start : start + column].encode()[:column].decode(errors="ignore"))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1]
