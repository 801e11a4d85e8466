"""Fixes on libcst nodes: what a rule builds on `ast`, in the words and lines of the user."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import libcst as cst

from flake8_tensorconv.rewriting.layout import in_lines_of

#: The user's expressions, by the nodes that the analysis has of them.
Located = Mapping[ast.AST, cst.BaseExpression]

_TIGHT = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
_PRIMARY = (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.List, cst.ListComp)


class NotLocated(Exception):
    """A part of the new expression is in the tree of the analysis and not in libcst's."""


def written(old: ast.expr, new: ast.expr, located: Located) -> cst.BaseExpression:
    """The libcst expression that replaces the one of `old`.

    Args:
        old: the expression to be replaced.
        new: what it becomes, built of new nodes and of those of the file.
        located: the nodes of the file.

    Raises:
        NotLocated: one of these is missing.
    """
    made = _Writer(old, located).written(new)
    before = located.get(old)
    # What stays as a part of the new expression has its lines.
    if isinstance(before, cst.Call) and before.args and old not in _kept(new):
        if isinstance(made, cst.Call):
            return in_lines_of(before, before.args[0].value, made)
    return made


def parts_of(old: ast.expr, new: ast.expr) -> list[ast.expr]:
    """The nodes of the file of which `written` makes use: they have to be located."""
    return [old, *_patterns(old), *_kept(new)]


def _kept(new: ast.expr) -> list[ast.expr]:
    """The nodes of the file of which a new expression is built."""
    kept: list[ast.expr] = []
    todo = [new]
    while todo:
        node = todo.pop()
        if hasattr(node, "lineno"):
            kept.append(node)
        elif isinstance(node, ast.Call):
            todo += [node.func, *node.args, *(each.value for each in node.keywords)]
        elif isinstance(node, ast.Attribute):
            todo.append(node.value)
    return kept


def _patterns(old: ast.expr) -> list[ast.Call | ast.Attribute]:
    """The chain of calls and attributes that an expression is: what new parts of it look like."""
    found: list[ast.Call | ast.Attribute] = []
    node: ast.expr = old
    while True:
        if isinstance(node, ast.Call):
            found.append(node)
            node = node.func
        elif isinstance(node, ast.Attribute):
            found.append(node)
            node = node.value
        else:
            return found


class _Writer:
    def __init__(self, old: ast.expr, located: Located) -> None:
        self.located = located
        self.old = _patterns(old)

    def written(self, node: ast.expr) -> cst.BaseExpression:
        if hasattr(node, "lineno"):
            return self._located(node)
        match node:
            case ast.Name():
                return cst.Name(node.id)
            case ast.Constant(value=str(text)):
                return cst.SimpleString(f'"{text}"')
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
            case _:
                return cst.parse_expression(ast.unparse(node))

    def _located(self, node: ast.AST) -> cst.BaseExpression:
        found = self.located.get(node)
        if found is None:
            raise NotLocated(ast.unparse(node))
        return found

    def _attribute(self, node: ast.Attribute) -> cst.Attribute:
        value = parenthesized(self.written(node.value))
        for old in self.old:
            # The dot stays in the line in which it is, also where the name behind it changes.
            if isinstance(old, ast.Attribute) and (
                old.value is node.value or old.attr == node.attr
            ):
                like = cst.ensure_type(self._located(old), cst.Attribute)
                return like.with_changes(value=value, attr=cst.Name(node.attr))
        return cst.Attribute(value, cst.Name(node.attr))

    def _call(self, node: ast.Call) -> cst.Call:
        func = self.written(node.func)
        args = [cst.Arg(self.written(each)) for each in node.args]
        for each in node.keywords:
            assert each.arg is not None
            value = self.written(each.value)
            args.append(cst.Arg(value, keyword=cst.Name(each.arg), equal=_TIGHT))
        for old in self.old:
            if not isinstance(old, ast.Call):
                continue
            if _are_same(old, node):
                like = cst.ensure_type(self._located(old), cst.Call)
                return like.with_changes(func=func)
            if old.func is node.func:
                like = cst.ensure_type(self._located(old), cst.Call)
                return like.with_changes(args=args)
        return cst.Call(func, args)


def _are_same(old: ast.Call, new: ast.Call) -> bool:
    """Are they given the very same arguments, or none by a function of the same name?"""
    if old.args or old.keywords:
        given = [*new.args, *(each.value for each in new.keywords)]
        before = [*old.args, *(each.value for each in old.keywords)]
        return len(given) == len(before) and all(a is b for a, b in zip(given, before))
    return not new.args and not new.keywords and _name(old) == _name(new)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def parenthesized(expression: cst.BaseExpression) -> cst.BaseExpression:
    """The expression so that an attribute can be taken from it."""
    if isinstance(expression, _PRIMARY) or expression.lpar:
        return expression
    return expression.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
