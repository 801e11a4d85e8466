"""The expressions of a file that may convert a tensor, found on the built-in `ast`.

There are two kinds. `x.numpy()` is a site whatever x is, unless its own text shows that nothing
can go wrong. `np.sort(x)` and the like stand in every file that uses NumPy; there only what may
come from torch is worth a look, so names are followed through the file, roughly and upwards:
whatever is assigned from something suspicious is suspicious.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flake8_tensorconv.knowledge.consumers import consumed
from flake8_tensorconv.knowledge.numpy_functions import function

_CONVERSIONS = frozenset({"numpy", "__array__"})
#: Words of dtypes and layouts that NumPy lacks: with one of them in the file even
#: `x.detach().cpu().numpy()` may raise.
_SPECIAL = re.compile(
    r"bfloat16|float8|autocast|\bamp\b|complex32|chalf|quantiz|qint|sparse_|to_sparse|conj\(|conj_"
    r"|adjoint|\.m?H\b|[\"']meta[\"']|sparse=True"
)
_LIBRARIES = frozenset({"numpy", "matplotlib", "pandas", "sklearn", "scipy", "pylab"})
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Callable = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def sites(text: str, tree: ast.Module, *, declared: bool) -> frozenset[ast.AST]:
    """All nodes of a file at which a tensor may be converted.

    Args:
        text: the source.
        tree: the same, parsed.
        declared: is a parameter that is merely declared as a tensor worth a look where NumPy
            reads it? Only a rule about possible conversions (TNC113) reports that.
    """
    nodes = list(_with_scope(tree))
    names = _library_names(node for node, _ in nodes)
    special = _SPECIAL.search(text) is not None
    found: set[ast.AST] = set()
    implicit: list[tuple[ast.AST, ast.AST]] = []
    for node, scope in nodes:
        if isinstance(node, _CANDIDATES):
            if _is_explicit(node, special):
                found.add(node)
            elif _is_implicit(node, names):
                implicit.append((node, scope))
    if implicit:
        broad = declared or special or _EVERYWHERE.search(text) is not None
        suspects = _Suspects(tree, nodes, declared, broad)
        found.update(node for node, scope in implicit if suspects.reads(node, scope))
    return frozenset(found)


_CANDIDATES = (ast.Attribute, ast.Call, ast.BinOp)


def children(node: ast.AST) -> Iterator[ast.AST]:
    """The child nodes, faster than `ast.iter_child_nodes`."""
    for value in vars(node).values():
        if isinstance(value, list):
            for each in value:
                if isinstance(each, ast.AST):
                    yield each
        elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
            yield value


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, in no particular order."""
    todo = [node]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(children(node))


def any_explicit(found: Iterable[ast.AST]) -> bool:
    """Is one of the sites an explicit conversion, or are all of them NumPy's reading arrays?"""
    return any(
        isinstance(node, ast.Attribute) or (isinstance(node, ast.Call) and _calls_getattr(node))
        for node in found
    )


def _calls_getattr(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "getattr"


def _library_names(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Variables that stand for something of NumPy or another converting library."""
    names: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.split(".", 1)[0]
                if root in _LIBRARIES:
                    names[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.split(".", 1)[0] in _LIBRARIES:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    return ".".join([names[node.id], *reversed(parts)])


# `x.numpy()`


def _is_explicit(node: ast.AST, special: bool) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in _CONVERSIONS and not _is_fine(node, special)
    if isinstance(node, ast.Call) and _calls_getattr(node) and len(node.args) > 1:
        name = node.args[1]
        return isinstance(name, ast.Constant) and name.value in _CONVERSIONS
    return False


def _is_fine(node: ast.Attribute, special: bool) -> bool:
    """`x.detach().cpu().numpy`: nothing can go wrong, whatever x is."""
    if special:
        return False
    detached = on_cpu = False
    value = node.value
    while True:
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            name = value.func.attr
            detached = detached or name == "detach"
            on_cpu = on_cpu or name == "cpu" or (name == "to" and _names_cpu(value))
            value = value.func.value
        elif isinstance(value, (ast.Attribute, ast.Subscript)):
            value = value.value
        else:
            return detached and on_cpu


def _names_cpu(call: ast.Call) -> bool:
    return any(isinstance(arg, ast.Constant) and arg.value == "cpu" for arg in call.args[:1])


# `np.sort(x)`


def _is_implicit(node: ast.AST, names: dict[str, str]) -> bool:
    if isinstance(node, ast.Call):
        dotted = _dotted(node.func, names)
        if dotted is not None:
            return _reads_arrays(dotted)
        return any(isinstance(a, ast.Name) and _names_reader(a, names) for a in node.args)
    # `tensor * np.ones(3)` is computed by NumPy.
    return isinstance(node, ast.BinOp) and _may_be_array(node.right, names)


def _may_be_array(node: ast.expr, names: dict[str, str]) -> bool:
    if isinstance(node, ast.Call):
        return _dotted(node.func, names) is not None
    return isinstance(node, ast.Name) and node.id in names


def _names_reader(node: ast.Name, names: dict[str, str]) -> bool:
    return node.id in names and _reads_arrays(names[node.id])


def _reads_arrays(dotted: str) -> bool:
    """Does the function read an argument as an array, so that a tensor may raise?"""
    if not dotted.startswith("numpy."):
        return consumed(dotted) is not None
    if dotted == "numpy.from_dlpack":
        return True
    record = function(dotted)
    if record is None:
        return False
    if record.raises_always is not None:  # np.mean(tensor) never works, np.mean([tensor]) may
        return True
    return record.raises_on_grad and bool(record.converts or record.keywords)


@dataclass
class _Scope:
    """The suspicious names of one function, or of the module.

    Attributes:
        node: the function; None for the module.
        parent: the scope around it.
        names: its variables that may hold a tensor.
        elsewhere: what it declares `global` or `nonlocal`.
    """

    node: ast.AST | None
    parent: _Scope | None
    names: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)

    def suspects(self, name: str) -> bool:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True
            scope = scope.parent
        return False


def _with_scope(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every node with the function (or module) that it stands in, in the order of the source."""
    todo: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while todo:
        node, scope = todo.pop()
        yield node, scope
        inner = node if isinstance(node, _Callable) else scope
        below = [(child, inner) for child in children(node)]
        below.reverse()
        todo.extend(below)


#: Of a tensor these give no tensor.
_PLAIN = frozenset(
    {"shape", "size", "item", "tolist", "numpy", "dim", "ndim", "numel", "dtype", "device",
     "stride", "is_cuda", "requires_grad", "data_ptr", "nelement"}
)  # fmt: skip
_PASSING = frozenset(
    {"list", "tuple", "dict", "set", "zip", "map", "filter", "sorted", "sum", "enumerate", "max",
     "min", "reversed", "next", "iter", "deepcopy", "copy", "partial", "chain", "deque", "getattr",
     "OrderedDict", "defaultdict", "abs", "reduce", "islice", "vars", "cast", "type",
     "accumulate", "replace", "asdict", "super", "field", "tqdm"}
)  # fmt: skip
#: These may put a tensor on an accelerator or make it require grad.
_MOVING = frozenset({"to", "cuda", "xpu", "requires_grad_"})
_ASKING = frozenset({"device", "requires_grad", None})
#: With these no tensor of the file is surely a plain one.
_EVERYWHERE = re.compile(r"set_default_(device|tensor_type)|with torch\.device|with th\.device")
_ADDING = frozenset(
    {"append", "extend", "insert", "add", "update", "setdefault", "appendleft", "put", "push"}
)
#: What hands a value on.
_FOLLOWED = (
    ast.Assign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension,
    ast.withitem, ast.Return, ast.Yield, ast.YieldFrom, ast.Match, ast.Call,
)  # fmt: skip
#: Without a caller in the file only these can be shown to give a tensor with a graph.
_MODULE_TYPE = re.compile(r"Module|Parameter")
_TENSOR_TYPE = re.compile(r"Tensor|torch|Module|Parameter|Variable")
_MAX_ROUNDS = 12


class _Suspects:
    """What in a file may hold a tensor, by name: variables per function, attributes for all."""

    def __init__(
        self, tree: ast.Module, nodes: list[tuple[ast.AST, ast.AST]], declared: bool, broad: bool
    ) -> None:
        self.declared = declared
        self.broad = broad
        self.module = _Scope(None, None)
        self.scopes: dict[ast.AST, _Scope] = {tree: self.module}
        self.attributes: set[str] = set()
        self.functions: dict[str, list[_Callable]] = {}
        self.returning: set[str] = set()
        self.torch: set[str] = set()
        self.own: set[str] = set()  # of these, what is torch's own
        followed: list[tuple[ast.AST, _Scope]] = []
        for node, scope in nodes:
            if isinstance(node, _FOLLOWED):
                followed.append((node, self.scopes[scope]))
            elif isinstance(node, _Callable):
                self.scopes[node] = _Scope(node, self.scopes[scope])
                self._declare(node)
            elif isinstance(node, ast.ClassDef):
                self._declare_class(node, scope)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                self.scopes[scope].elsewhere.update(node.names)
            elif isinstance(node, ast.AnnAssign):
                if self._declares_tensor(node.annotation):
                    self._mark(node.target, self.scopes[scope])
                followed.append((node, self.scopes[scope]))
        size = -1
        for _ in range(_MAX_ROUNDS):
            for node, home in followed:
                self._follow(node, home)
            grown = self._size()
            if grown == size:
                break
            size = grown

    def _size(self) -> int:
        held = sum(len(scope.names) for scope in self.scopes.values())
        return held + len(self.attributes) + len(self.returning)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            if _TENSOR_TYPE.search(module or alias.name) or "lightning" in (module or alias.name):
                name = alias.asname or alias.name.split(".", 1)[0]
                self.torch.add(name)
                if (module or alias.name).split(".", 1)[0] == "torch":
                    self.own.add(name)

    def _declare(self, node: _Callable) -> None:
        scope = self.scopes[node]
        if scope.parent is not None and scope.parent.node is not None:
            # A function inside a function: a hook or callback, called from who knows where.
            scope.names.update(arg.arg for arg in _parameters(node))
        if not isinstance(node, ast.Lambda):
            self.functions.setdefault(node.name, []).append(node)
            if node.returns is not None and self._declares_tensor(node.returns):
                self.returning.add(node.name)
        for arg in _parameters(node):
            if arg.annotation is not None and self._declares_tensor(arg.annotation):
                scope.names.add(arg.arg)

    def _declares_tensor(self, annotation: ast.expr) -> bool:
        pattern = _TENSOR_TYPE if self.declared else _MODULE_TYPE
        return any(pattern.search(name) for name in _names_in(annotation))

    def _declare_class(self, node: ast.ClassDef, scope: ast.AST) -> None:
        bases = " ".join(name for base in node.bases for name in _names_in(base))
        if "Module" in bases or "torch" in bases or "Dataset" in bases:
            self.scopes[scope].names.add(node.name)
            self.returning.add(node.name)
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                self.functions.setdefault(node.name, []).append(statement)
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                if self._declares_tensor(statement.annotation):
                    self.attributes.add(statement.target.id)

    def reads(self, node: ast.AST, scope: ast.AST) -> bool:
        """Does a call or operator get anything suspicious?"""
        here = self.scopes[scope]
        if isinstance(node, ast.Call):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            return any(self._is_suspect(arg, here) for arg in given)
        if isinstance(node, ast.BinOp):
            return self._is_suspect(node.left, here) and not self._is_suspect(node.right, here)
        return False

    def _is_suspect(self, node: ast.AST, scope: _Scope) -> bool:
        match node:
            case ast.Name(id=name):
                return name in self.torch or name in self.returning or scope.suspects(name)
            case ast.Constant() | ast.JoinedStr() | ast.Compare():
                return isinstance(node, ast.Compare) and self._any(children(node), scope)
            case ast.Attribute(attr=attr, value=value):
                if attr in _PLAIN:
                    return False
                return attr in self.attributes or self._is_suspect(value, scope)
            case ast.Call():
                return self._gives_suspect(node, scope)
            case ast.Subscript(value=value):
                return self._is_suspect(value, scope)
            case ast.Lambda(body=body):
                return self._is_suspect(body, scope)
            case _:
                return self._any(children(node), scope)

    def _any(self, nodes: Iterable[ast.AST], scope: _Scope) -> bool:
        return any(self._is_suspect(node, scope) for node in nodes)

    def _gives_suspect(self, node: ast.Call, scope: _Scope) -> bool:
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in _MOVING and not _names_cpu(node):
            return True
        if not self.broad and self._makes_plain_tensor(func):
            given = [*node.args, *(k.value for k in node.keywords)]
            asked = any(k.arg in _ASKING for k in node.keywords)
            return asked or self._any(given, scope)
        if isinstance(func, ast.Attribute):
            if func.attr in _PLAIN:
                return False
            if func.attr in self.returning or self._is_suspect(func, scope):
                return True
            name = func.attr
        elif isinstance(func, ast.Name):
            if func.id in self.returning or self._is_suspect(func, scope):
                return True
            name = func.id
        else:
            return self._is_suspect(func, scope)
        if name not in _PASSING and name not in self.functions:
            return False
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        return name in _PASSING and self._any(given, scope)

    def _makes_plain_tensor(self, func: ast.expr) -> bool:
        """Is it a function of torch, such as `torch.zeros`? Its results are plain tensors."""
        if isinstance(func, ast.Name):
            return func.id in self.own and func.id.islower()
        if not isinstance(func, ast.Attribute) or not func.attr.islower():
            return False
        return isinstance(func.value, ast.Name) and func.value.id in self.own

    # One round of following values through the file.

    def _follow(self, node: ast.AST, scope: _Scope) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=alias)], value=ast.Name(id=name)) if (
                name in self.functions
            ):
                self.functions.setdefault(alias, self.functions[name])
                if name in self.returning:
                    self.returning.add(alias)
            case ast.Assign(targets=targets, value=value):
                if self._is_suspect(value, scope):
                    for target in targets:
                        self._mark(target, scope)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.AugAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
            ):
                if self._is_suspect(value, scope):
                    self._mark(target, scope)
            case (
                ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source)
            ):
                if self._is_suspect(source, scope):
                    self._mark(target, scope)
            case ast.withitem(context_expr=source, optional_vars=ast.expr() as target):
                if self._is_suspect(source, scope):
                    self._mark(target, scope)
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                self._return(value, scope)
            case ast.YieldFrom(value=value):
                self._return(value, scope)
            case ast.Match(subject=subject):
                if self._is_suspect(subject, scope):
                    self._mark_patterns(node, scope)
            case ast.Call():
                self._call(node, scope)
            case _:
                pass

    def _return(self, value: ast.expr, scope: _Scope) -> None:
        if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if self._is_suspect(value, scope):
                self.returning.add(scope.node.name)
                if any(_is_property(d) for d in scope.node.decorator_list):
                    self.attributes.add(scope.node.name)

    def _mark_patterns(self, node: ast.Match, scope: _Scope) -> None:
        for inner in walk(node):
            name = getattr(inner, "name", None) or getattr(inner, "rest", None)
            if isinstance(inner, ast.pattern) and isinstance(name, str):
                scope.names.add(name)

    def _mark(self, target: ast.expr, scope: _Scope) -> None:
        if isinstance(target, ast.Name):
            scope.names.add(target.id)
            if target.id in scope.elsewhere:
                self._share(target.id, scope)
        elif isinstance(target, ast.Attribute):
            self.attributes.add(target.attr)
        elif isinstance(target, (ast.Subscript, ast.Starred)):
            self._mark(target.value, scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._mark(element, scope)

    def _call(self, node: ast.Call, scope: _Scope) -> None:
        func = node.func
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(func, ast.Attribute) and "hook" in func.attr:
            self._hand_on(given)
        if not self._any(given, scope):
            return
        if isinstance(func, ast.Attribute) and func.attr in _ADDING:
            self._mark(func.value, scope)
            root: ast.expr = func.value
            while isinstance(root, (ast.Attribute, ast.Subscript)):
                root = root.value
            if isinstance(root, ast.Name):
                self._share(root.id, scope)
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        for each in self.functions.get(name, ()):
            self.scopes[each].names.update(arg.arg for arg in _parameters(each))
        self._hand_on(given)

    def _hand_on(self, given: Iterable[ast.expr]) -> None:
        """Functions that are handed on may be called with tensors."""
        for arg in given:
            for node in walk(arg):
                name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
                for inner in self.functions.get(name, ()):
                    self.scopes[inner].names.update(a.arg for a in _parameters(inner))

    def _share(self, name: str, scope: _Scope) -> None:
        """A container that is filled here may have been made further out."""
        home: _Scope | None = scope
        while home is not None:
            home.names.add(name)
            home = home.parent


def _parameters(node: _Callable) -> Iterator[ast.arg]:
    args = node.args
    yield from (*args.posonlyargs, *args.args, *args.kwonlyargs)
    yield from (each for each in (args.vararg, args.kwarg) if each is not None)


def _is_property(decorator: ast.expr) -> bool:
    return any("property" in name for name in _names_in(decorator))


def _names_in(node: ast.expr) -> Iterator[str]:
    """The names, attributes and strings of an annotation or the like."""
    for each in walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
