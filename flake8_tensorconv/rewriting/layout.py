"""Rewritten calls keep the lines and the comments of the old ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

Space = cst.BaseParenthesizableWhitespace

_SPACE = cst.SimpleWhitespace(" ")
_NO_SPACE = cst.SimpleWhitespace("")


def in_lines_of(call: cst.Call, operand: cst.BaseExpression, new: cst.Call) -> cst.BaseExpression:
    """What replaces a call, spread over lines as that is.

    Args:
        call: the old call.
        operand: its first argument.
        new: the new one, which calls functions or methods on the operand. Arguments of the old
            call are known by their values.
    """
    gaps = {id(arg.value): _gap(arg) for arg in call.args}
    before = call.whitespace_before_args
    if not call.args or call.args[0].value is not operand:
        return new
    if not any(map(_is_broken, (before, *gaps.values()))):
        return new
    layout = _Layout(operand, before, gaps)
    if _reads(new, operand):
        return layout.function(new)
    # Methods of the operand: the old parentheses are still around it.
    after = gaps[id(operand)] if _is_broken(gaps[id(operand)]) else _NO_SPACE
    if new is operand:
        return _within(new, before, after)
    own = any(step.args for step in _steps(new, operand))
    laid = layout.methods(new, after)
    return _within(laid, before, _NO_SPACE if own else after)


def _within(new: cst.BaseExpression, before: Space, after: Space) -> cst.BaseExpression:
    """The expression with the old line breaks around it, in parentheses of its own."""
    if not _is_broken(before) and not _is_broken(after):
        return new
    lpar, rpar = cst.LeftParen(before), cst.RightParen(after)
    return new.with_changes(lpar=[lpar, *new.lpar], rpar=[*new.rpar, rpar])


@dataclass(frozen=True)
class _Layout:
    """How the old call is laid out: the space before its arguments, and that behind each."""

    operand: cst.BaseExpression
    before: Space
    gaps: Mapping[int, Space]

    def function(self, new: cst.Call) -> cst.Call:
        """A function of the operand, and perhaps methods of what it gives."""
        if any(arg.value is self.operand for arg in new.args):
            args = self._spread(new.args)
            return new.with_changes(whitespace_before_args=self.before, args=args)
        func = cst.ensure_type(new.func, cst.Attribute)
        receiver = self.function(cst.ensure_type(func.value, cst.Call))
        return new.with_changes(func=func.with_changes(value=receiver), args=self._spread(new.args))

    def methods(self, new: cst.Call, after: Space) -> cst.Call:
        """Methods of the operand, of which the first one with arguments has `after` before them."""
        receiver: cst.BaseExpression | None = None
        for step in _steps(new, self.operand):
            func = cst.ensure_type(step.func, cst.Attribute)
            func = func if receiver is None else func.with_changes(value=receiver)
            receiver = step = step.with_changes(func=func)
            if step.args:
                args = self._spread(step.args)
                receiver = step.with_changes(whitespace_before_args=after, args=args)
                after = _NO_SPACE
        return cst.ensure_type(receiver, cst.Call)

    def _spread(self, args: Sequence[cst.Arg]) -> list[cst.Arg]:
        """Arguments with what stood behind them; a new one stands in the line of the one before."""
        spaces: list[Space] = []
        for arg in args:
            space = self.gaps.get(id(arg.value), _NO_SPACE)
            if id(arg.value) not in self.gaps and spaces:
                space, spaces[-1] = spaces[-1], _SPACE
            spaces.append(space)
        last = len(args) - 1
        return [
            arg.with_changes(whitespace_after_arg=space if _is_broken(space) else _NO_SPACE)
            if place == last
            else arg.with_changes(comma=cst.Comma(whitespace_after=space))
            for place, (arg, space) in enumerate(zip(args, spaces))
        ]


def _is_broken(space: Space) -> bool:
    return isinstance(space, cst.ParenthesizedWhitespace)


def _gap(arg: cst.Arg) -> Space:
    """What stands between an argument and the next one, or the end."""
    comma = arg.comma
    return comma.whitespace_after if isinstance(comma, cst.Comma) else arg.whitespace_after_arg


def _steps(call: cst.BaseExpression, operand: cst.BaseExpression) -> list[cst.Call]:
    """The calls of a chain of methods of the operand, the first one first."""
    chain: list[cst.Call] = []
    while call is not operand and isinstance(call, cst.Call):
        chain.insert(0, call)
        call = cst.ensure_type(call.func, cst.Attribute).value
    return chain


def _reads(call: cst.BaseExpression, operand: cst.BaseExpression) -> bool:
    """Is the operand an argument of one of the calls of a chain?"""
    while call is not operand and isinstance(call, cst.Call):
        if any(arg.value is operand for arg in call.args):
            return True
        if not isinstance(call.func, cst.Attribute):
            return False
        call = call.func.value
    return False
