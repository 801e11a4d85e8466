"""Where the nodes of a tree stand in their text, and what is written there."""

from __future__ import annotations

import ast
import re
from typing import Any

from flake8_tensorconv.index.syntax import SIGNS, At, Sign
from flake8_tensorconv.source.findings import Span
from flake8_tensorconv.source.lines import Lines

_MAX_EXCERPT = 60
_NAME = re.compile(r"\w+\Z")
#: What may stand between an operand and the sign behind it.
_BEFORE_SIGN = re.compile(r"(?:[\s)\\]|#[^\n]*)*")


class Source:
    """The text of a file, and where the nodes of its tree stand in it.

    Attributes:
        text: the text.
        lines: its lines.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)

    def span(self, node: ast.AST) -> Span | None:
        """Where a node stands; None of one that the analysis made up."""
        extent = self._extent(node)
        return None if extent is None else self.lines.span(*extent)

    def span_at(self, at: At) -> Span | None:
        """Where a finding points: the last name of an attribute, a sign, or a whole node."""
        if isinstance(at, Sign):
            extent = self._sign(at)
        else:
            extent = self._extent(at)
            if extent is not None and isinstance(at, ast.Attribute):
                extent = self._last_name(extent)
        return None if extent is None else self.lines.span(*extent)

    def code(self, node: ast.AST) -> str:
        """What is written there, as it is; of a node made up, what Python would write."""
        extent = self._extent(node)
        return ast.unparse(node) if extent is None else self.text[slice(*extent)]

    def excerpt(self, node: ast.AST) -> str:
        """The same on one line, shortened in the middle if it is long."""
        return shortened(self.code(node))

    def _extent(self, node: ast.AST) -> tuple[int, int] | None:
        first, last = _ends(node)
        if not hasattr(first, "lineno") or not hasattr(last, "lineno"):
            return None
        start = self.lines.offset_of_bytes(self.text, first.lineno, first.col_offset)
        end = self.lines.offset_of_bytes(self.text, last.end_lineno or 0, last.end_col_offset or 0)
        return start, end

    def _last_name(self, extent: tuple[int, int]) -> tuple[int, int]:
        # What Python has read may be another form of what is written: `ﬁt` is `fit`.
        start, end = extent
        name = _NAME.search(self.text, start, end)
        return extent if name is None else (name.start(), end)

    def _sign(self, sign: Sign) -> tuple[int, int] | None:
        node = sign.node
        operator: ast.operator | ast.cmpop
        match node:
            case ast.Compare():
                left, operator = [node.left, *node.comparators][sign.index], node.ops[sign.index]
            case ast.AugAssign():
                left, operator = node.target, node.op
            case _:
                left, operator = node.left, node.op
        extent = self._extent(left)
        if extent is None:
            return None
        found = _BEFORE_SIGN.match(self.text, extent[1])
        start = extent[1] if found is None else found.end()
        words = SIGNS[type(operator)].split()
        written = re.compile(r"\s+".join(map(re.escape, words))).match(self.text, start)
        end = start if written is None else written.end()
        return start, end + isinstance(node, ast.AugAssign)


def shortened(code: str) -> str:
    """Code on one line, shortened in the middle if it is long."""
    text = " ".join(code.split())
    if len(text) <= _MAX_EXCERPT:
        return text
    half = (_MAX_EXCERPT - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


def _ends(node: ast.AST) -> tuple[Any, Any]:
    """The nodes with which one begins and ends: of some `ast` does not say where they stand."""
    match node:
        case ast.comprehension():
            return node.target, node.ifs[-1] if node.ifs else node.iter
        case ast.withitem():
            return node.context_expr, node.optional_vars or node.context_expr
        case ast.match_case():
            return node.pattern, node.body[-1]
        case _:
            return node, node
