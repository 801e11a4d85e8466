"""Where what belongs to one library may be used with the other: methods, operators, dtypes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.knowledge.equivalents import NUMPY_ONLY_VALUES, TORCH_ONLY_VALUES
from flake8_tensorconv.knowledge.numpy_functions import function
from flake8_tensorconv.knowledge.torch_operators import (
    array_only_attributes,
    refuses_array,
    tensor_only_attributes,
)
from flake8_tensorconv.selection.flow.bindings import items_in
from flake8_tensorconv.selection.flow.calls import names_cpu
from flake8_tensorconv.selection.flow.graph import Kind
from flake8_tensorconv.selection.flow.kinds import Kinds

_OTHER = {"torch": "numpy", "numpy": "torch"}
_TAKING_DTYPES = frozenset({"to", "type", "view", "astype"})
_ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def foreign_scopes(index: Index, kinds: Kinds, known: Set[Scope]) -> set[Scope]:
    """The scopes in which a tensor may be used like an array, or an array like a tensor.

    Args:
        index: the file.
        kinds: what its names may hold.
        known: scopes that are looked at anyway.
    """
    scopes = {
        scope
        for node, scope in index.nodes.get(ast.Attribute, ())
        if isinstance(node, ast.Attribute) and _is_late_detach(node)
    }
    for node, scope in _candidates(index, kinds.libraries):
        if scope not in known and scope not in scopes and _is_foreign(node, scope, kinds):
            scopes.add(scope)
    return scopes


def _is_late_detach(node: ast.Attribute) -> bool:
    """`x.cpu().detach`."""
    inner = node.value
    if node.attr != "detach" or not isinstance(inner, ast.Call):
        return False
    func = inner.func
    return isinstance(func, ast.Attribute) and (
        func.attr == "cpu" or (func.attr == "to" and names_cpu(inner))
    )


def _candidates(index: Index, libraries: dict[str, str]) -> Iterator[tuple[ast.AST, Scope]]:
    """What may be wrong for some kinds of values."""
    has_numpy = any(name.split(".", 1)[0] == "numpy" for name in libraries.values())
    of_arrays, of_tensors = array_only_attributes(), tensor_only_attributes()
    arrays = has_numpy or any(
        isinstance(node, ast.Attribute) and node.attr == "numpy"
        for node, _ in index.nodes.get(ast.Attribute, ())
    )
    for node, scope in index.nodes.get(ast.Attribute, ()):
        assert isinstance(node, ast.Attribute)
        if node.attr in NUMPY_ONLY_VALUES or (arrays and node.attr in TORCH_ONLY_VALUES):
            yield node, scope
    for call, scope in index.nodes.get(ast.Call, ()):
        assert isinstance(call, ast.Call)
        if isinstance(func := call.func, ast.Attribute) and (
            func.attr in of_arrays or (arrays and func.attr in of_tensors)
        ):
            if not _is_library(func.value, libraries):
                yield func, scope
    if not arrays:
        return
    for kind in (ast.BinOp, ast.AugAssign, ast.Compare):
        for each, scope in index.nodes.get(kind, ()):
            if not isinstance(each, ast.Compare) or isinstance(each.ops[0], _ORDERING):
                yield each, scope
    yield from index.nodes.get(ast.Call, ())
    yield from index.nodes.get(ast.Assign, ())


def _is_library(node: ast.expr, libraries: dict[str, str]) -> bool:
    return isinstance(node, ast.Name) and node.id in libraries


def _is_foreign(node: ast.AST, scope: Scope, kinds: Kinds) -> bool:
    match node:
        case ast.Attribute(value=value, attr=attr):
            kind = kinds.may_be(value, scope)
            # What may be a tensor as well is asked of that, behind a test.
            return bool(kind & (Kind.TENSOR if attr in array_only_attributes() else Kind.ARRAY))
        case ast.BinOp(left=left, right=right):
            return _mixes(left, right, scope, kinds)
        case ast.AugAssign(target=target, value=value):
            return _mixes(target, value, scope, kinds)
        case ast.Compare(left=left, comparators=[right, *_]):
            return _mixes(left, right, scope, kinds) or _mixes(right, left, scope, kinds)
        case ast.Assign(targets=targets, value=value):
            items = [item.value for target in targets for item in items_in(target)]
            if not any(kinds.may_be(item, scope) & Kind.TENSOR for item in items):
                return False
            return bool(kinds.may_be(value, scope) & Kind.ARRAY)
        case ast.Call():
            return _is_foreign_call(node, scope, kinds)
        case _:
            return False


def _mixes(array: ast.expr, tensor: ast.expr, scope: Scope, kinds: Kinds) -> bool:
    if isinstance(array, ast.Constant) or isinstance(tensor, ast.Constant):
        return False
    # What comes out of one container, or is computed from both, may look like either.
    is_array = bool(kinds.may_be(array, scope) & Kind.ARRAY)
    return is_array and bool(kinds.may_be(tensor, scope) & Kind.TENSOR)


def _is_foreign_call(node: ast.Call, scope: Scope, kinds: Kinds) -> bool:
    dotted = _dotted(node.func, kinds.libraries)
    if dotted.startswith("numpy.") and node.args:
        record = function(dotted)
        if record is not None and record.raises_always is not None:
            return bool(kinds.may_be(node.args[0], scope) & Kind.TENSOR)
    if dotted.startswith("torch.") and node.args and refuses_array(dotted) is not None:
        if kinds.may_be(node.args[0], scope) & Kind.ARRAY:
            return True
    method = node.func.attr if isinstance(node.func, ast.Attribute) and not dotted else ""
    given = [keyword.value for keyword in node.keywords if keyword.arg == "dtype"]
    if dotted.startswith("numpy.") or method in _TAKING_DTYPES:
        given += node.args
    for each in given:
        for library in _libraries_of_dtype(each, scope, kinds):
            if _is_called_of(node.func, _OTHER[library], scope, kinds, dotted):
                return True
    return False


def _is_called_of(func: ast.expr, library: str, scope: Scope, kinds: Kinds, dotted: str) -> bool:
    """Is it a function of the library, or a method of its arrays?"""
    if dotted or not isinstance(func, ast.Attribute):
        return dotted.split(".", 1)[0] == library
    kind = kinds.may_be(func.value, scope)
    # Most of what goes by one name with an array is a tensor where it meets a dtype of torch.
    return bool(kind & (Kind.TENSOR if library == "torch" else Kind.ARRAY))


def _libraries_of_dtype(node: ast.expr, scope: Scope, kinds: Kinds) -> Iterator[str]:
    """The libraries that a dtype may belong to; none for anything else."""
    kind = kinds.may_be(node, scope)
    owner = Kind.NONE
    if isinstance(node, ast.Attribute) and node.attr == "dtype":
        owner = kinds.may_be(node.value, scope)
    if kind & Kind.TORCH_DTYPE or owner & Kind.TENSOR:
        yield "torch"
    if kind & Kind.NUMPY_DTYPE or owner & Kind.ARRAY:
        yield "numpy"


def _dotted(node: ast.expr, libraries: dict[str, str]) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in libraries:
        return ""
    return ".".join([libraries[node.id], *reversed(parts)])
