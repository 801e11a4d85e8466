"""New expressions for fixes, built of new nodes and of those of the file, which stay as written."""

from __future__ import annotations

import ast

Given = ast.expr | ast.keyword


def name(text: str) -> ast.Name:
    """`text`."""
    return ast.Name(text, ast.Load())


def attribute(value: ast.expr, text: str) -> ast.Attribute:
    """`value.text`."""
    return ast.Attribute(value, text, ast.Load())


def keyword(text: str, value: ast.expr) -> ast.keyword:
    """`text=value`."""
    return ast.keyword(text, value)


def call(func: ast.expr, *given: Given) -> ast.Call:
    """`func(...)`."""
    args = [each for each in given if isinstance(each, ast.expr)]
    return ast.Call(func, args, [each for each in given if isinstance(each, ast.keyword)])


def method_call(receiver: ast.expr, text: str, *given: Given) -> ast.Call:
    """`receiver.text(...)`."""
    return call(attribute(receiver, text), *given)


def chained(expression: ast.expr, *methods: str) -> ast.expr:
    """Call methods on an expression, one after the other."""
    for method in methods:
        expression = method_call(expression, method)
    return expression
