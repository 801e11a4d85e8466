"""Calls and signatures: which argument a parameter receives, as far as the text tells."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

RECEIVERS = ("self", "cls")
#: Where more functions go by one name, which argument each of their parameters receives is no
#: longer told apart: every call would have to be compared with every one of them.
MAX_NAMESAKES = 16


def arguments(call: ast.Call) -> list[ast.expr]:
    """What a call is given, by position or by name."""
    if not call.keywords:
        return call.args
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def parameters(signature: ast.arguments) -> list[ast.arg]:
    """All parameters of a function, those that collect the rest included."""
    rest = (each for each in (signature.vararg, signature.kwarg) if each is not None)
    return [*signature.posonlyargs, *signature.args, *signature.kwonlyargs, *rest]


def matched(call: ast.Call, signature: ast.arguments) -> Iterator[tuple[ast.expr, list[str]]]:
    """The arguments of a call, each with the names of the parameters that may receive it."""
    positional, every = _names(signature)
    if positional[:1] and positional[0] in RECEIVERS and not _names_receiver(call.args[:1]):
        positional = positional[1:]
    plain = not any(isinstance(each, ast.Starred) for each in call.args)
    for number, argument in enumerate(call.args):
        fits = plain and number < len(positional)
        yield argument, [positional[number]] if fits else every
    for keyword in call.keywords:
        yield keyword.value, [keyword.arg] if keyword.arg in every else every


@functools.lru_cache(maxsize=256)
def _names(signature: ast.arguments) -> tuple[list[str], list[str]]:
    """The parameters that can be given by position, and all but the receiver."""
    positional = [each.arg for each in (*signature.posonlyargs, *signature.args)]
    return positional, [p.arg for p in parameters(signature) if p.arg not in RECEIVERS]


def _names_receiver(given: list[ast.expr]) -> bool:
    """`Base.__init__(self, ...)` hands over the receiver like any other argument."""
    return any(isinstance(each, ast.Name) and each.id in RECEIVERS for each in given)


def names_cpu(call: ast.Call) -> bool:
    """Is the first argument of `x.to("cpu")` the CPU, by its own text?"""
    return any(isinstance(arg, ast.Constant) and arg.value == "cpu" for arg in call.args[:1])


def called(func: ast.expr) -> Iterator[ast.expr]:
    """What `func(...)` may call: of a choice or a table that is written out, each in turn."""
    if isinstance(func, ast.IfExp):
        choices = [func.body, func.orelse]
    elif isinstance(func, ast.BoolOp):
        choices = func.values
    elif isinstance(func, ast.NamedExpr):
        choices = [func.value]
    elif isinstance(func, ast.Subscript) and isinstance(func.value, ast.Dict):
        choices = func.value.values
    elif isinstance(func, ast.Subscript) and isinstance(func.value, (ast.List, ast.Tuple)):
        choices = func.value.elts
    elif isinstance(func, ast.Call) and last_name(func) == "getattr" and constant(func.args[1:2]):
        yield ast.Attribute(func.args[0], constant(func.args[1:2]))
        choices = func.args[2:]
    else:
        yield func
        return
    for each in choices:
        yield from called(each)


def last_name(node: ast.AST) -> str:
    """The last part of a name, or of that of what is called; "" for anything else."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def constant(given: list[ast.expr]) -> str:
    """The first text that is spelled out among arguments; "" if there is none."""
    for each in given:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            return each.value
    return ""
