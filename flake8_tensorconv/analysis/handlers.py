"""Which exceptions a program expects: what its handlers do besides telling that one came.

An exception is expected where the program goes on by another way: it converts differently, takes
another value, tries again, or tests that there is one. A handler that prints, logs or counts it, or
passes over it, makes nothing of the kind: what failed has not been done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.syntax import (
    body_statements,
    children,
    dotted_name,
    literal,
    walk,
)

_ALL = frozenset({"Exception", "BaseException", ""})
#: The exceptions that conversions raise.
_OF_USE = frozenset(
    {"AssertionError", "AttributeError", "IndexError", "RuntimeError", "TypeError", "ValueError"}
)
#: Who waits for these asks what a value is: one without the attribute is left as it is.
_ASKING = frozenset({"AttributeError"})
#: Calls that tell of an exception, or clean up behind one, by the last part of their names.
_TELLING = frozenset({
    "print", "pprint", "echo", "secho", "write", "writelines", "flush", "log", "debug", "info",
    "warn", "warning", "error", "exception", "critical", "print_exc", "print_exception",
    "print_stack", "collect", "empty_cache", "close",
})  # fmt: skip
#: Calls after which nothing of the program follows.
_ENDING = frozenset({"exit", "_exit", "quit", "abort"})
#: What makes text of something.
_TEXT = frozenset({
    "str", "repr", "type", "len", "format", "format_exc", "join", "lower", "upper", "basename",
    "exc_info", "now", "strftime", "time", "getattr",
})  # fmt: skip
#: What collects errors.
_COLLECTING = frozenset({"append", "add", "put"})
#: Calls that make a test fail.
_FAILING = frozenset({"fail", "fatal"})
#: Words of the messages with which conversions fail.
_OF_CONVERSIONS = ("grad", "numpy", "convert", "tensor", "array", "dtype", "type", "device")


def expected_exceptions(run: Run, node: cst.Try | cst.TryStar) -> frozenset[str]:
    """The exceptions that the program expects inside a `try`, by names; "" stands for all.

    Args:
        run: the run, in the state before the statement.
        node: the statement.
    """
    body = list(body_statements(node.body))
    gives_way = _tests_for_failure(node, body) or _has_another_way(run, body)
    expected, hidden = set[str](), set[str]()
    for handler in node.handlers:
        statements = list(body_statements(handler.body))
        if statements and isinstance(statements[-1], cst.Raise):
            continue
        name = _bound(handler)
        tells = all(_only_tells(run, each, name) for each in statements)
        names = set(exception_names(handler.type))
        if gives_way or not tells or _made(statements) & _made(body):
            expected |= names
        else:
            hidden |= names - _ASKING
            expected |= names & _ASKING
    return frozenset(expected).union(_without(run.caught, hidden))


def _without(outside: frozenset[str], hidden: set[str]) -> frozenset[str]:
    """What still comes to the handlers outside."""
    if not hidden:
        return outside
    if hidden & _ALL:
        return frozenset()
    return (_OF_USE if outside & _ALL else outside) - hidden


def exception_names(caught: cst.BaseExpression | None) -> Iterator[str]:
    """The names of the exceptions in an `except` clause; "" if it catches all."""
    if caught is None:
        yield ""
        return
    listed = caught.elements if isinstance(caught, cst.Tuple) else [cst.Element(caught)]
    for each in listed:
        dotted = dotted_name(each.value)
        if dotted is not None:
            yield dotted.rsplit(".", 1)[-1]


def _bound(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> str:
    name = None if handler.name is None else handler.name.name
    return name.value if isinstance(name, cst.Name) else ""


# What the body of the `try` leaves to others.


def _tests_for_failure(node: cst.Try | cst.TryStar, body: Sequence[cst.CSTNode]) -> bool:
    """Is it an error if no exception comes?"""
    after = [] if node.orelse is None else list(body_statements(node.orelse.body))
    return any(map(_fails, (*body, *after)))


def _fails(statement: cst.CSTNode) -> bool:
    if isinstance(statement, cst.Raise):
        return True
    if isinstance(statement, cst.Assert):
        test = statement.test
        return isinstance(test, cst.Name) and test.value == "False"
    call = statement.value if isinstance(statement, cst.Expr) else None
    return isinstance(call, cst.Call) and _last_name(call) in _FAILING


def _has_another_way(run: Run, body: Sequence[cst.CSTNode]) -> bool:
    """Is there something else that counts if the body of the `try` does not come to its end?

    That is what stands behind it, if the body leaves (`return`, `break`), and what a variable, an
    attribute or an item is before, if the body gives it a new value.
    """
    return any(map(_leaves, body)) or any(_replaces(run, each) for each in _inside(body))


def _leaves(node: cst.CSTNode) -> bool:
    """Does a statement leave the `try` for what stands elsewhere?"""
    if isinstance(node, (cst.Break, cst.Continue)):
        return True
    if isinstance(node, cst.Return):
        return node.value is not None
    if isinstance(node, (cst.For, cst.While)):
        return any(isinstance(each, cst.Return) and each.value for each in _inside([node]))
    return not isinstance(node, _DEFINITIONS) and any(map(_leaves, children(node)))


_DEFINITIONS = (cst.FunctionDef, cst.ClassDef, cst.Lambda)


def _made(statements: Iterable[cst.CSTNode]) -> frozenset[str]:
    """The variables that statements assign to."""
    return frozenset(
        each.target.value
        for each in _inside(statements)
        if isinstance(each, (cst.AssignTarget, cst.AnnAssign)) and isinstance(each.target, cst.Name)
    )


def _replaces(run: Run, node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Assign):
        return any(_is_there(run, each.target) for each in node.targets)
    return isinstance(node, cst.AnnAssign) and _is_there(run, node.target)


def _is_there(run: Run, target: cst.BaseExpression) -> bool:
    """May the target have a value before it is assigned to?"""
    if isinstance(target, cst.Name):
        return run.is_bound(target.value)
    if isinstance(target, (cst.Tuple, cst.List)):
        return any(_is_there(run, each.value) for each in target.elements)
    return True


# What a handler does.


def _only_tells(run: Run, node: cst.CSTNode, error: str) -> bool:
    """Does a statement of a handler for `error` do nothing in place of what has failed?"""
    match node:
        case cst.Pass() | cst.Continue() | cst.Import() | cst.ImportFrom() | cst.Raise():
            return True
        case cst.Return(value=None):
            return not _gives_values(run)
        case cst.Expr(value=cst.Call() as call):
            if _last_name(call) in _COLLECTING and not _speaks_of(call, error):
                return False
            return _last_name(call) in _TELLING | _ENDING | _COLLECTING and _is_text(call)
        case cst.Expr(value=cst.BaseString() | cst.Ellipsis()):
            return True
        case cst.AugAssign(operator=cst.AddAssign(), value=value):
            return isinstance(value, cst.Integer) or _speaks_of(value, error)
        case cst.Assign(value=value):
            return _speaks_of(value, error)
        case cst.If():
            return _branches_only_tell(run, node, error)
        case _:
            return False


def _branches_only_tell(run: Run, node: cst.If, error: str) -> bool:
    branches: list[cst.CSTNode] = []
    if not _asks_for_another_error(node.test, error):
        branches += body_statements(node.body)
    if isinstance(node.orelse, cst.If):
        branches.append(node.orelse)
    elif node.orelse is not None:
        branches += body_statements(node.orelse.body)
    return all(_only_tells(run, each, error) for each in branches)


def _asks_for_another_error(test: cst.BaseExpression, error: str) -> bool:
    """`"out of memory" in str(error)`: no conversion fails with such a message."""
    if not isinstance(test, cst.Comparison) or not _speaks_of(test, error):
        return False
    if len(test.comparisons) != 1 or not isinstance(test.comparisons[0].operator, cst.In):
        return False
    if not isinstance(test.left, cst.SimpleString):
        return False
    text = str(literal(test.left)).lower()
    return not any(word in text for word in _OF_CONVERSIONS)


def _gives_values(run: Run) -> bool:
    """Does the function around return values?"""
    info = run.activation.info
    body = getattr(None if info is None else info.node, "body", None)
    if not isinstance(body, cst.BaseSuite):
        return False
    return any(
        isinstance(each, cst.Return)
        and each.value is not None
        and not (isinstance(each.value, cst.Name) and each.value.value == "None")
        for each in _inside(body_statements(body))
    )


def _speaks_of(node: cst.CSTNode, error: str) -> bool:
    return bool(error) and any(
        isinstance(each, cst.Name) and each.value == error for each in walk(node)
    )


def _is_text(call: cst.Call) -> bool:
    """Is nothing computed among the arguments but text?"""
    inside = (each for arg in call.args for each in walk(arg))
    return all(_last_name(each) in _TEXT for each in inside if isinstance(each, cst.Call))


def _last_name(call: cst.Call) -> str:
    if isinstance(call.func, cst.Attribute):
        return call.func.attr.value
    return call.func.value if isinstance(call.func, cst.Name) else ""


def _inside(statements: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """The statements and what is in them, without the bodies of functions and classes."""
    todo = list(statements)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _DEFINITIONS):
            todo.extend(children(node))
