"""Which exceptions a program expects: what its handlers do besides telling that one came.

An exception is expected where the program goes on by another way: it converts differently, takes
another value, tries again, or tests that there is one. A handler that prints, logs or counts it, or
passes over it, makes nothing of the kind: what failed has not been done.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import (
    DEFINITIONS,
    FUNCTIONS,
    LOOPS,
    children,
    dotted_name,
    is_constant,
    last_name,
    spelled,
    unstarred,
    walk,
    walk_all,
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


def expected_exceptions(run: Run, node: ast.Try) -> frozenset[str]:
    """The exceptions that the program expects inside a `try`, by names; "" stands for all.

    Args:
        run: the run, in the state before the statement.
        node: the statement.
    """
    body = node.body
    gives_way = any(map(_fails, (*body, *node.orelse))) or _has_another_way(run, body)
    expected, hidden = set[str](), set[str]()
    for handler in node.handlers:
        if isinstance(handler.body[-1], ast.Raise):
            continue
        name = handler.name or ""
        tells = all(_only_tells(run, each, name) for each in handler.body)
        names = set(exception_names(handler.type))
        if gives_way or not tells or _made(handler.body) & _made(body):
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


def exception_names(caught: ast.expr | None) -> Iterator[str]:
    """The names of the exceptions in an `except` clause; "" if it catches all."""
    if caught is None:
        yield ""
        return
    listed = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    for each in listed:
        dotted = dotted_name(unstarred(each))
        if dotted is not None:
            yield dotted.rsplit(".", 1)[-1]


# What the body of the `try` leaves to others.


def _fails(statement: ast.stmt) -> bool:
    """Is it an error to come here, where no exception has come?"""
    if isinstance(statement, ast.Raise):
        return True
    if isinstance(statement, ast.Assert):
        return is_constant(statement.test, False)
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and last_name(call.func) in _FAILING


def _has_another_way(run: Run, body: Sequence[ast.AST]) -> bool:
    """Is there something else that counts if the body of the `try` does not come to its end?

    That is what stands behind it, if the body leaves (`return`, `break`), and what a variable, an
    attribute or an item is before, if the body gives it a new value.
    """
    return any(map(_leaves, body)) or any(_replaces(run, each) for each in _inside(body))


def _leaves(node: ast.AST) -> bool:
    """Does a statement leave the `try` for what stands elsewhere?"""
    if isinstance(node, (ast.Break, ast.Continue)):
        return True
    if isinstance(node, ast.Return):
        return node.value is not None
    if isinstance(node, (*LOOPS, ast.While)):
        return any(isinstance(each, ast.Return) and each.value for each in _inside([node]))
    return not isinstance(node, _DEFINITIONS) and any(map(_leaves, children(node)))


#: What is in them does not run here.
_DEFINITIONS = (*DEFINITIONS, ast.Lambda)


def _made(statements: Iterable[ast.AST]) -> frozenset[str]:
    """The variables that statements assign to."""
    targets: list[ast.expr] = []
    for each in _inside(statements):
        if isinstance(each, ast.Assign):
            targets += each.targets
        elif isinstance(each, ast.AnnAssign):
            targets.append(each.target)
    return frozenset(each.id for each in targets if isinstance(each, ast.Name))


def _replaces(run: Run, node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(_is_there(run, each) for each in node.targets)
    return isinstance(node, ast.AnnAssign) and _is_there(run, node.target)


def _is_there(run: Run, target: ast.expr) -> bool:
    """May the target have a value before it is assigned to?"""
    if isinstance(target, ast.Name):
        return run.is_bound(target.id)
    if isinstance(target, (ast.Tuple, ast.List)):
        return any(_is_there(run, unstarred(each)) for each in target.elts)
    return True


# What a handler does.


def _only_tells(run: Run, node: ast.AST, error: str) -> bool:
    """Does a statement of a handler for `error` do nothing in place of what has failed?"""
    match node:
        case ast.Pass() | ast.Continue() | ast.Import() | ast.ImportFrom() | ast.Raise():
            return True
        case ast.Return(value=None):
            return not _gives_values(run)
        case ast.Expr(value=ast.Call() as call):
            called = last_name(call.func)
            if called in _COLLECTING and not _speaks_of(call, error):
                return False
            return called in _TELLING | _ENDING | _COLLECTING and _is_text(call)
        case ast.Expr(value=ast.JoinedStr()):
            return True
        case ast.Expr(value=ast.Constant(value=constant)):
            return constant is ... or isinstance(constant, (str, bytes))
        case ast.AugAssign(op=ast.Add(), value=value):
            counted = isinstance(value, ast.Constant) and type(value.value) is int
            return counted or _speaks_of(value, error)
        case ast.Assign(value=value):
            return _speaks_of(value, error)
        case ast.If():
            return _branches_only_tell(run, node, error)
        case _:
            return False


def _branches_only_tell(run: Run, node: ast.If, error: str) -> bool:
    branches = list(node.orelse)
    if not _asks_for_another_error(node.test, error):
        branches += node.body
    return all(_only_tells(run, each, error) for each in branches)


def _asks_for_another_error(test: ast.expr, error: str) -> bool:
    """`"out of memory" in str(error)`: no conversion fails with such a message."""
    match test:
        case ast.Compare(left=ast.Constant(value=str() | bytes() as text), ops=[ast.In()]):
            words = str(text).lower()
            return _speaks_of(test, error) and not any(word in words for word in _OF_CONVERSIONS)
        case _:
            return False


def _gives_values(run: Run) -> bool:
    """Does the function around return values?"""
    info = run.activation.info
    if info is None or not isinstance(info.node, FUNCTIONS):
        return False
    return any(
        isinstance(each, ast.Return)
        and each.value is not None
        and not is_constant(each.value, None)
        for each in _inside(info.node.body)
    )


def _speaks_of(node: ast.AST, error: str) -> bool:
    return bool(error) and any(error in spelled(each) for each in walk(node))


def _is_text(call: ast.Call) -> bool:
    """Is nothing computed among the arguments but text?"""
    inside = walk_all([*call.args, *call.keywords])
    return all(last_name(each.func) in _TEXT for each in inside if isinstance(each, ast.Call))


def _inside(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The statements and what is in them, without the bodies of functions and classes."""
    todo = list(statements)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _DEFINITIONS):
            todo.extend(children(node))
