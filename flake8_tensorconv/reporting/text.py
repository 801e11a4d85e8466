"""Findings for people: position and message, the line with the culprit underlined, the trace."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

from flake8_tensorconv.reporting.names import from_here, is_control, quoted
from flake8_tensorconv.source.findings import Certainty, Finding, Span, Step

#: A piece of a line: text, and a rich style ("" for none).
Piece = tuple[str, str]
Line = list[Piece]

INDENT = "    "
TAB = "    "
#: The longest excerpt, in columns of the terminal.
MAX_WIDTH = 100
#: The most steps of a trace that are shown; the middle of a longer one is left out.
MAX_STEPS = 6


def render(path: str, finding: Finding, lines: Sequence[str]) -> list[Line]:
    """Lay out one finding.

    Args:
        path: the file's name.
        finding: what was found there.
        lines: the file's lines.
    """
    colour = "bold red" if finding.certainty is Certainty.PROVEN else "bold yellow"
    position = f":{finding.span.line}:{finding.span.column + 1}: "
    head: Line = [(quoted(path), "bold"), (position, ""), (finding.code, colour), (" ", "")]
    head.append((finding.message, ""))
    return [head, *_excerpt(finding, lines, colour), *_trace(finding.trace)]


def _excerpt(finding: Finding, lines: Sequence[str], colour: str) -> list[Line]:
    """Show the line that the finding points at, and underline the subject if it lies there."""
    number = finding.span.line
    if not 1 <= number <= len(lines):
        return []
    line = lines[number - 1].rstrip("\n")
    marked = finding.subject if _within(finding.subject, number) else finding.span
    end = marked.end_column if marked.end_line == number else len(line)
    before, inside, after = _crop(
        _printable(line[: marked.column]).lstrip(),
        _printable(line[marked.column : end]),
        _printable(line[end:]).rstrip(),
    )
    underline = "^" * max(1, _width(inside))
    return [
        [(INDENT, ""), (before, ""), (inside, colour), (after, "")],
        [(INDENT + " " * _width(before), ""), (underline, colour)],
    ]


def _within(span: Span, line: int) -> bool:
    return span.line == line == span.end_line and span.column < span.end_column


def _trace(trace: Sequence[Step]) -> list[Line]:
    shown = [f"{_printable(step.text)}, {_place(step)}" for step in trace]
    if len(shown) > MAX_STEPS:
        head = MAX_STEPS // 2
        tail = MAX_STEPS - head - 1
        left_out = len(shown) - head - tail
        shown[head:-tail] = [f"... {left_out} more steps"]
    return [[(INDENT, ""), (text, "dim")] for text in shown]


def _place(step: Step) -> str:
    """`line 5`, and of another file `utils/convert.py:5`."""
    if not step.path:
        return f"line {step.span.line}"
    return f"{quoted(from_here(step.path))}:{step.span.line}"


def _printable(text: str) -> str:
    """Expand tabs, and make control characters harmless to a terminal."""
    expanded = text.replace("\t", TAB)
    return "".join("\ufffd" if is_control(char) else char for char in expanded)


def _width(text: str) -> int:
    """Columns that `text` takes in a terminal: two for wide characters, none for combining."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _crop(before: str, inside: str, after: str) -> tuple[str, str, str]:
    """Cut what does not fit, first around the marked part and then at its end."""
    if _width(before + inside + after) <= MAX_WIDTH:
        return before, inside, after
    if _width(inside) > MAX_WIDTH:
        inside = _take(inside, MAX_WIDTH - 2) + "…"
    room = max(0, MAX_WIDTH - _width(inside))
    if _width(after) > room // 2:
        spare = room - min(_width(before), room // 2)
        if _width(after) > spare:
            after = _take(after, spare - 1) + "…" if spare > 0 else ""
    room -= _width(after)
    if _width(before) > room:
        before = "…" + _take(before[::-1], room - 1)[::-1] if room > 0 else ""
    return before, inside, after


def _take(text: str, width: int) -> str:
    """Take as much from the start of `text` as fits into `width` columns."""
    used = 0
    for index, char in enumerate(text):
        used += _width(char)
        if used > width:
            return text[:index]
    return text


class Printer:
    """Writes lines to a stream, coloured if it is a terminal that wants colours."""

    def __init__(self, stream: TextIO) -> None:
        """Look at the stream and at NO_COLOR and TERM."""
        self._stream = stream
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self._coloured = stream.isatty() and not plain

    def print(self, lines: Iterable[Line]) -> None:
        """Write lines as they are: never wrapped, never read as markup."""
        if not self._coloured:
            for line in lines:
                self._stream.write("".join(text for text, _ in line) + "\n")
            return
        from rich.console import Console
        from rich.text import Text

        console = Console(file=self._stream)
        for line in lines:
            console.print(Text.assemble(*line), soft_wrap=True, highlight=False)
