"""What in a file may hold a tensor or an array, by name: roughly, from above, and quickly.

Every place that hands a value on becomes a *flow*, from the names and calls that occur in an
expression to a name; the kinds then run along the flows until nothing changes.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from flake8_tensorconv.focusing.calls import arguments, matched, parameters
from flake8_tensorconv.focusing.imports import imports, type_aliases
from flake8_tensorconv.focusing.outline import Outline, Scope, children, walk
from flake8_tensorconv.knowledge.equivalents import SHARED_DTYPES


class Kind:
    """What may be held, as bits; a module counts as tensors, as calling it gives some.

    Plain numbers, as an `IntFlag` costs half of the time that is spent here.
    """

    NONE = 0
    TENSOR = 1
    ARRAY = 2
    TORCH_DTYPE = 4
    NUMPY_DTYPE = 8
    #: An array from `x = x.cpu().numpy()` on.
    CONVERTED = 16


DTYPES = frozenset(name for names in SHARED_DTYPES.values() for name in names) | {
    "float", "int", "long", "double", "half", "bfloat16", "int_", "float_", "single"
}  # fmt: skip
#: What flows: a variable of a function (or of the module), an attribute, what a function gives.
Key = tuple[object, str]
_ATTRIBUTE, _RESULT = "attribute", "result"
_FORWARD: Key = ("argument", "forward")
#: Neither a tensor nor an array gives one of these kinds here.
_PLAIN = frozenset(
    {"shape", "size", "item", "tolist", "dim", "ndim", "numel", "dtype", "device", "stride",
     "is_cuda", "requires_grad", "data_ptr", "nelement", "keys", "strip", "split", "join", "format"}
)  # fmt: skip
#: Functions of torch and NumPy that give neither.
_NEITHER = frozenset(
    {"device", "is_tensor", "Size", "finfo", "iinfo", "is_available", "device_count", "no_grad",
     "get_default_dtype", "is_floating_point", "is_complex", "get_rank", "get_world_size",
     "isscalar", "issubdtype", "ndim", "shape", "size", "iscomplexobj", "isrealobj"}
)  # fmt: skip
#: Builtins that give numbers, texts and the like.
_NUMBERS = frozenset(
    {"len", "int", "float", "bool", "str", "range", "isinstance", "hasattr", "issubclass",
     "callable", "repr", "id", "format", "print", "type", "open"}
)  # fmt: skip
_OF_TENSOR = re.compile(r"Tensor|Module|Parameter|Variable|torch\.nn\.")
_OF_ARRAY = re.compile(r"ndarray|NDArray|ArrayLike")
_GIVING_ARRAYS = frozenset({"numpy", "__array__", "to_numpy"})
_PASSING = frozenset({"append", "extend", "insert", "add", "update", "setdefault", "appendleft"})


@dataclass
class _Source:
    """What an expression may be: kinds known at once, and the keys that it depends on."""

    kind: int = Kind.NONE
    keys: list[Key] = field(default_factory=list)


class Kinds:
    """The kinds of a file's names.

    Attributes:
        libraries: its variables that stand for something of torch or NumPy, with dotted names.
    """

    def __init__(self, outlined: Outline) -> None:
        """Follow the names of a file."""
        self.libraries, self._imported = imports(outlined)
        self._aliases = type_aliases(outlined)
        self._converted: set[ast.AST] = set()  # what `x` and more stands for in `x = x.numpy()`
        self._bound: dict[Scope, set[str]] = defaultdict(set)
        self._kinds: dict[Key, int] = {}
        self._flows: dict[Key, list[Key]] = defaultdict(list)
        self._functions: dict[str, list[tuple[Scope, ast.arguments]]] = defaultdict(list)
        for scope in outlined.scopes:
            self._declare(scope)
        placed = [
            (node, scope) for kind in _FLOWING for node, scope in outlined.nodes.get(kind, ())
        ]
        for node, scope in placed:
            for target in _targets(node):
                self._bind(target, _home(scope))
        for node, scope in placed:
            self._follow(node, scope)
        for scope in outlined.scopes:
            self._follow_defaults(scope)
        for call, scope in outlined.nodes.get(ast.Call, ()):
            assert isinstance(call, ast.Call)
            self._pass(call, scope)
        self._run()

    def library(self, node: ast.expr) -> str:
        """The root of the library whose function it is; "" if it is of none."""
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return self.libraries.get(node.id, "").split(".", 1)[0]

    def may_be(self, node: ast.AST, scope: Scope) -> int:
        """What an expression in a scope may be."""
        source = self._source(node, scope)
        kind = source.kind
        for key in source.keys:
            kind |= self._kinds.get(key, Kind.NONE)
        if kind & Kind.CONVERTED:
            kind -= Kind.CONVERTED
            kind |= Kind.NONE if node in self._converted else Kind.ARRAY
        return kind

    # What is declared.

    def _declare(self, scope: Scope) -> None:
        node = scope.node
        if isinstance(node, ast.ClassDef):
            if any("Module" in name or "Tensor" in name for name in map(ast.unparse, node.bases)):
                self._add((_RESULT, node.name), Kind.TENSOR)
            return
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return
        every = parameters(node.args)
        for arg in every:
            self._bound[scope].add(arg.arg)
            if arg.annotation is not None:
                self._add((scope, arg.arg), self._annotated(arg.annotation))
        if isinstance(node, ast.Lambda):
            return
        self._functions[node.name].append((scope, node.args))
        if node.name == "forward":
            self._flows[_FORWARD] += [(scope, arg.arg) for arg in every if arg.arg != "self"]
        around = scope.parent
        if node.name == "__init__" and around is not None and isinstance(around.node, ast.ClassDef):
            self._functions[around.node.name].append((scope, node.args))
        if node.returns is not None:
            self._add((_RESULT, node.name), self._annotated(node.returns))
        if node.decorator_list:  # it may be a property
            self._flows[_RESULT, node.name].append((_ATTRIBUTE, node.name))

    def _annotated(self, annotation: ast.expr) -> int:
        """What is declared by an annotation, as far as the file knows the names in it."""
        kind = Kind.NONE
        for node in walk(annotation):
            if isinstance(node, ast.Name) and node.id in self._aliases:
                meant = self._aliases.pop(node.id)  # it may be used in itself
                kind |= self._annotated(meant)
                self._aliases[node.id] = meant
                continue
            if isinstance(node, ast.Name) and node.id not in self._imported:
                name = self.libraries.get(node.id, node.id)
            elif isinstance(node, ast.Attribute) and self.library(node):
                name = node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = node.value
            else:
                continue
            kind |= Kind.TENSOR if _OF_TENSOR.search(name) else Kind.NONE
            kind |= Kind.ARRAY if _OF_ARRAY.search(name) else Kind.NONE
        return kind

    def _add(self, key: Key, kind: int) -> None:
        if kind:
            self._kinds[key] = self._kinds.get(key, Kind.NONE) | kind

    def _bind(self, target: ast.expr, home: Scope) -> None:
        if isinstance(target, ast.Name):
            self._bound[home].add(target.id)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._bind(element, home)

    # What an expression depends on.

    def _variable(self, name: str, scope: Scope | None) -> Key:
        while scope is not None:
            if name in self._bound.get(scope, ()):
                return scope, name
            scope = scope.parent
        return _RESULT, name  # a function or class that is handed around

    def _source(self, node: ast.AST, scope: Scope) -> _Source:
        found = _Source()
        self._collect(node, scope, found)
        return found

    def _collect(self, node: ast.AST, scope: Scope, into: _Source) -> None:
        if isinstance(node, ast.Name):
            if node.id not in self.libraries:
                into.keys.append(self._variable(node.id, scope))
        elif isinstance(node, ast.Attribute):
            if node.attr in DTYPES and (library := self.library(node)):
                into.kind |= Kind.TORCH_DTYPE if library == "torch" else Kind.NUMPY_DTYPE
            elif node.attr == "dtype":  # `self.dtype = np.float32`
                into.keys.append((_ATTRIBUTE, node.attr))
            elif node.attr not in _PLAIN:
                into.keys.append((_ATTRIBUTE, node.attr))
                self._collect(node.value, scope, into)
        elif isinstance(node, ast.Call):
            self._collect_call(node, scope, into)
        elif isinstance(node, ast.Subscript):
            self._collect(node.value, scope, into)
        elif isinstance(node, ast.Compare):
            self._collect(node.left, scope, into)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            self._collect(node.elt, scope, into)
        elif isinstance(node, ast.IfExp):
            self._collect(node.body, scope, into)
            self._collect(node.orelse, scope, into)
        elif not isinstance(node, (ast.Constant, ast.JoinedStr)):
            for child in children(node):
                self._collect(child, scope, into)

    def _collect_call(self, node: ast.Call, scope: Scope, into: _Source) -> None:
        func = node.func
        library = self.library(func)
        if isinstance(func, ast.Attribute) and library == "numpy" and func.attr == "dtype":
            into.kind |= Kind.NUMPY_DTYPE
        elif library:
            if not isinstance(func, ast.Attribute) or func.attr not in _NEITHER:
                into.kind |= Kind.TENSOR if library == "torch" else Kind.ARRAY
        elif isinstance(func, ast.Attribute):
            if func.attr in _GIVING_ARRAYS:
                into.kind |= Kind.ARRAY
            elif func.attr not in _PLAIN:
                into.keys.append((_RESULT, func.attr))
                self._collect(func, scope, into)
        elif isinstance(func, ast.Name):
            if func.id in _NUMBERS:
                return
            into.keys += [(_RESULT, func.id), self._variable(func.id, scope)]
            if func.id not in self._functions:
                for arg in arguments(node):
                    self._collect(arg, scope, into)
        else:
            self._collect(func, scope, into)

    # Flows.

    def _follow(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)):
            home = _home(scope)
            if node.value is not None and isinstance(
                home.node, (ast.FunctionDef, ast.AsyncFunctionDef)
            ):
                self._flow(node.value, scope, [(_RESULT, home.node.name)])
            return
        value = _value(node)
        keys = [key for target in _targets(node) for key in self._keys_of(target, scope)]
        if isinstance(node, ast.Assign) and (chain := _chain_from(node.targets, node.value)):
            self._converted.update(chain)
            for key in keys:
                self._add(key, Kind.CONVERTED)
        elif value is not None:
            self._flow(value, scope, keys)
        if isinstance(node, ast.AnnAssign):
            for key in keys:
                self._add(key, self._annotated(node.annotation))

    def _follow_defaults(self, scope: Scope) -> None:
        """A parameter may hold its default."""
        node = scope.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and scope.parent is not None:
            positional = [*node.args.posonlyargs, *node.args.args]
            given = zip(reversed(positional), reversed(node.args.defaults))
            for arg, default in chain(given, zip(node.args.kwonlyargs, node.args.kw_defaults)):
                if default is not None and not isinstance(default, ast.Constant):
                    self._flow(default, scope.parent, [(scope, arg.arg)])

    def _keys_of(self, target: ast.expr, scope: Scope) -> Iterable[Key]:
        if isinstance(target, ast.Name):
            yield self._variable(target.id, scope)
            if isinstance(scope.node, ast.ClassDef):
                yield _ATTRIBUTE, target.id
        elif isinstance(target, ast.Attribute):
            yield _ATTRIBUTE, target.attr
        elif isinstance(target, (ast.Subscript, ast.Starred)):
            yield from self._keys_of(target.value, scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                yield from self._keys_of(element, scope)

    def _flow(self, value: ast.expr, scope: Scope, keys: Iterable[Key]) -> None:
        source = self._source(value, scope)
        for key in keys:
            self._add(key, source.kind)
            for each in source.keys:
                self._flows[each].append(key)

    def _pass(self, call: ast.Call, scope: Scope) -> None:
        """Arguments become parameters; what is put into a container is in it."""
        func = call.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        keys: list[Key] = []
        if isinstance(func, ast.Attribute) and name in _PASSING:
            keys += self._keys_of(func.value, scope)
        callees = self._functions.get(name, ())
        if not callees and not keys and "forward" in self._functions and not self.library(func):
            keys = [_FORWARD]  # it may be a module that is called
        if keys:
            for arg in arguments(call):
                self._flow(arg, scope, keys)
        for inner, signature in callees:
            for arg, receiving in matched(call, signature):
                self._flow(arg, scope, [(inner, each) for each in receiving])

    def _run(self) -> None:
        todo = list(self._kinds)
        while todo:
            key = todo.pop()
            kind = self._kinds[key]
            for other in self._flows.get(key, ()):
                before = self._kinds.get(other, Kind.NONE)
                if kind & ~before:
                    self._kinds[other] = before | kind
                    todo.append(other)


_FLOWING = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor,
            ast.comprehension, ast.withitem, ast.Return, ast.Yield, ast.YieldFrom)  # fmt: skip


def _home(scope: Scope) -> Scope:
    """The scope that holds the variables: a class body counts as its surroundings."""
    while isinstance(scope.node, ast.ClassDef) and scope.parent is not None:
        scope = scope.parent
    return scope


def _chain_from(targets: list[ast.expr], value: ast.expr) -> list[ast.expr]:
    """Of `x = x.cpu().numpy()`: everything that `numpy` is asked of; nothing of all else."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return []
    if value.func.attr != "numpy" or not isinstance(targets[0], ast.Name):
        return []
    chain: list[ast.expr] = [value.func.value]
    while not isinstance(chain[-1], ast.Name):
        if isinstance(chain[-1], ast.Call):
            chain.append(chain[-1].func)
        elif isinstance(chain[-1], ast.Attribute):
            chain.append(chain[-1].value)
        else:
            return []
    return chain if chain[-1].id == targets[0].id else []


def _targets(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Assign(targets=targets):
            return targets
        case ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr() | ast.For() | ast.AsyncFor():
            return [node.target]
        case ast.comprehension():
            return [node.target]
        case ast.withitem(optional_vars=ast.expr() as target):
            return [target]
        case _:
            return []


def _value(node: ast.AST) -> ast.expr | None:
    match node:
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
            return node.value
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            return node.iter
        case ast.withitem():
            return node.context_expr
        case _:
            return None
