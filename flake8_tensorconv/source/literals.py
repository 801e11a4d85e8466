"""String literals written in thousands of pieces, which Python joins and libcst refuses."""

from __future__ import annotations

import ast
import io
import tokenize

from flake8_tensorconv.source.bounds import MAX_CHAIN
from flake8_tensorconv.source.lines import Lines


def shortened(text: str, tree: ast.Module) -> str:
    """Put spaces in the place of all but the first and the last piece of a very long literal.

    What such a literal holds matters to no conversion, and everything else keeps its place.

    Args:
        text: the source.
        tree: the same as parsed by `ast`.
    """
    if text.count("'") + text.count('"') <= 2 * MAX_CHAIN:
        return text
    lines = Lines(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            start = lines.offset_of_bytes(text, node.lineno, node.col_offset)
            end = lines.offset_of_bytes(text, node.end_lineno or 0, node.end_col_offset or 0)
            literal = text[start:end]
            if literal.count("'") + literal.count('"') > 2 * MAX_CHAIN:
                text = text[:start] + _without_middle(literal) + text[end:]
    return text


def _without_middle(literal: str) -> str:
    """The same with spaces, unless something else than plain pieces is in it."""
    lines = Lines(literal)
    pieces = []
    try:
        # In parentheses, as it may go on in the next line.
        for token in tokenize.generate_tokens(io.StringIO(f"({literal})", newline="").readline):
            if token.type == tokenize.STRING:
                ends = (token.start, token.end)
                pieces.append([lines.offset(row, col - (row == 1)) for row, col in ends])
    except (tokenize.TokenError, SyntaxError):
        return literal
    chars = list(literal)
    for start, end in pieces[1:-1]:
        chars[start:end] = (char if char in "\r\n" else " " for char in chars[start:end])
    return "".join(chars)
