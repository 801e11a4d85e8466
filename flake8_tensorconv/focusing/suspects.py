"""What in a file may hold a tensor that is worth a look, roughly and from above.

Names are followed through the file: whatever is assigned from something suspicious is suspicious.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from flake8_tensorconv.focusing.calls import arguments, matched, parameters
from flake8_tensorconv.focusing.imports import modules_by_name
from flake8_tensorconv.focusing.outline import FunctionNode, Outline, Scope, children, walk

#: Of a tensor these give no tensor.
_PLAIN = frozenset(
    {"shape", "size", "item", "tolist", "numpy", "dim", "ndim", "numel", "dtype", "device",
     "stride", "is_cuda", "requires_grad", "data_ptr", "nelement", "astype", "tobytes"}
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
_ADDING = frozenset(
    {"append", "extend", "insert", "add", "update", "setdefault", "appendleft", "put", "push"}
)
#: Without a caller in the file only these can be shown to give a tensor with a graph.
_MODULE_TYPE = re.compile(r"Module|Parameter")
_TENSOR_TYPE = re.compile(r"Tensor|torch|Module|Parameter|Variable")
_MAX_ROUNDS = 12


@dataclass(eq=False, slots=True)
class _Names:
    """The suspicious names of one function, or of the module.

    Attributes:
        function: the function; None for the module and lambdas.
        parent: the names around it.
        held: its variables that may hold a tensor.
        elsewhere: what it declares `global` or `nonlocal`.
    """

    function: FunctionNode | None
    parent: _Names | None
    held: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)

    def suspects(self, name: str) -> bool:
        names: _Names | None = self
        while names is not None:
            if name in names.held:
                return True
            names = names.parent
        return False


@dataclass(frozen=True)
class _Callable:
    """A function or lambda that may be given something suspicious."""

    names: _Names
    signature: ast.arguments

    def suspect_parameters(self) -> None:
        self.names.held.update(arg.arg for arg in parameters(self.signature))


class Suspects:
    """What in a file may hold a tensor, by name: variables per function, attributes for all."""

    def __init__(self, outlined: Outline, declared: bool, broad: bool) -> None:
        """Follow the names of a file.

        Args:
            outlined: the file.
            declared: is a parameter that is merely declared as a tensor suspicious?
            broad: may even a tensor that the file makes without asking for more be on an
                accelerator or require grad?
        """
        self._declared = declared
        self._broad = broad
        self._attributes: set[str] = set()
        self._functions: dict[str, list[_Callable]] = {}
        self._returning: set[str] = set()
        self._torch: set[str] = set()
        self._own: set[str] = set()  # of these, what is torch's own
        self._names: dict[Scope, _Names] = {}
        for scope in outlined.scopes:
            self._enter(scope)
        self._read_imports(outlined)
        for kind in (ast.Global, ast.Nonlocal):
            for node, scope in outlined.nodes.get(kind, ()):
                assert isinstance(node, (ast.Global, ast.Nonlocal))
                self._names[scope].elsewhere.update(node.names)
        for node, scope in outlined.nodes.get(ast.AnnAssign, ()):
            assert isinstance(node, ast.AnnAssign)
            if self._declares_tensor(node.annotation):
                self._mark(node.target, self._names[scope])
        followed = [
            (follow, node, self._names[scope])
            for kind, follow in _FOLLOWING.items()
            for node, scope in outlined.nodes.get(kind, ())
        ]
        size = -1
        for _ in range(_MAX_ROUNDS):
            # What has handed something on has no more to do.
            followed = [each for each in followed if not each[0](self, each[1], each[2])]
            grown = self._size()
            if grown == size:
                break
            size = grown

    def any(self, nodes: Iterable[ast.AST], scope: Scope) -> bool:
        """Is one of some expressions in a scope suspicious?"""
        return self._any(nodes, self._names[scope])

    def _size(self) -> int:
        held = sum(len(names.held) for names in set(self._names.values()))
        return held + len(self._attributes) + len(self._returning)

    # What is declared.

    def _enter(self, scope: Scope) -> None:
        node = scope.node
        outer = None if scope.parent is None else self._names[scope.parent]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            function = None if isinstance(node, ast.Lambda) else node
            self._names[scope] = _Names(function, outer)
            self._declare(scope, node)
        elif outer is None:
            self._names[scope] = _Names(None, None)
        else:
            self._names[scope] = outer
            if isinstance(node, ast.ClassDef):
                self._declare_class(node, outer)

    def _declare(self, scope: Scope, node: FunctionNode | ast.Lambda) -> None:
        names = self._names[scope]
        declared = _Callable(names, node.args)
        if names.parent is not None and names.parent.parent is not None:
            # A function inside a function: a hook or callback, called from who knows where.
            declared.suspect_parameters()
        if not isinstance(node, ast.Lambda):
            self._functions.setdefault(node.name, []).append(declared)
            around = None if scope.parent is None else scope.parent.node
            if node.name == "__init__" and isinstance(around, ast.ClassDef):
                self._functions.setdefault(around.name, []).append(declared)
            if node.returns is not None and self._declares_tensor(node.returns):
                self._returning.add(node.name)
        for arg in parameters(node.args):
            if arg.annotation is not None and self._declares_tensor(arg.annotation):
                names.held.add(arg.arg)

    def _declare_class(self, node: ast.ClassDef, outer: _Names) -> None:
        bases = " ".join(name for base in node.bases for name in _names_in(base))
        if "Module" in bases or "torch" in bases or "Dataset" in bases:
            outer.held.add(node.name)
            self._returning.add(node.name)
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                if self._declares_tensor(statement.annotation):
                    self._attributes.add(statement.target.id)

    def _declares_tensor(self, annotation: ast.expr) -> bool:
        pattern = _TENSOR_TYPE if self._declared else _MODULE_TYPE
        return any(pattern.search(name) for name in _names_in(annotation))

    def _read_imports(self, outlined: Outline) -> None:
        own = {name for name, dotted in modules_by_name(outlined) if dotted[:5] == "torch"}
        self._torch |= own
        self._own |= own
        for kind in (ast.Import, ast.ImportFrom):
            for node, _ in outlined.nodes.get(kind, ()):
                assert isinstance(node, (ast.Import, ast.ImportFrom))
                module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
                for alias in node.names:
                    source = module or alias.name
                    if _TENSOR_TYPE.search(source) or "lightning" in source:
                        name = alias.asname or alias.name.split(".", 1)[0]
                        self._torch.add(name)
                        if source.split(".", 1)[0] == "torch":
                            self._own.add(name)

    # What an expression is.

    def _any(self, nodes: Iterable[ast.AST], names: _Names) -> bool:
        for node in nodes:  # noqa: SIM110 - a generator costs twice as much
            if self._is_suspect(node, names):
                return True
        return False

    def _is_suspect(self, node: ast.AST, names: _Names) -> bool:
        while isinstance(node, ast.Subscript):
            node = node.value
        if isinstance(node, ast.Name):
            name = node.id
            return name in self._torch or name in self._returning or names.suspects(name)
        if isinstance(node, ast.Attribute):
            if node.attr in _PLAIN:
                return False
            return node.attr in self._attributes or self._is_suspect(node.value, names)
        if isinstance(node, ast.Call):
            return self._gives_suspect(node, names)
        if isinstance(node, (ast.Constant, ast.JoinedStr)):
            return False
        if isinstance(node, ast.Lambda):
            return self._is_suspect(node.body, names)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self._is_suspect(node.elt, names)
        return self._any(children(node), names)

    def _gives_suspect(self, node: ast.Call, names: _Names) -> bool:
        func = node.func
        if isinstance(func, ast.Attribute):
            name = func.attr
            if name in _MOVING and not names_cpu(node):
                return True
        elif isinstance(func, ast.Name):
            name = func.id
        else:
            return self._is_suspect(func, names)
        if not self._broad and self._makes_plain_tensor(func):
            asked = any(keyword.arg in _ASKING for keyword in node.keywords)
            return asked or self._any(arguments(node), names)
        if isinstance(func, ast.Attribute) and name in _PLAIN:
            return False
        if name in self._returning or self._is_suspect(func, names):
            return True
        return name in _PASSING and self._any(arguments(node), names)

    def _makes_plain_tensor(self, func: ast.expr) -> bool:
        """Is it a function of torch, such as `torch.zeros`? Its results are plain tensors."""
        if isinstance(func, ast.Name):
            return func.id in self._own and func.id.islower()
        if not isinstance(func, ast.Attribute) or not func.attr.islower():
            return False
        return isinstance(func.value, ast.Name) and func.value.id in self._own

    # One round of following values through the file.

    def _assign(self, node: ast.AST, names: _Names) -> bool:
        assert isinstance(node, ast.Assign)
        target, value = node.targets[0], node.value
        if isinstance(value, ast.Name) and value.id in self._functions:
            if len(node.targets) == 1 and isinstance(target, ast.Name):
                self._functions.setdefault(target.id, self._functions[value.id])
                if value.id in self._returning:
                    self._returning.add(target.id)
                return False
        if not self._is_suspect(value, names):
            return False
        for target in node.targets:
            self._mark(target, names)
        return True

    def _bind(self, node: ast.AST, names: _Names) -> bool:
        assert isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr))
        if node.value is None or not self._is_suspect(node.value, names):
            return False
        self._mark(node.target, names)
        return True

    def _iterate(self, node: ast.AST, names: _Names) -> bool:
        assert isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension))
        if not self._is_suspect(node.iter, names):
            return False
        self._mark(node.target, names)
        return True

    def _enter_context(self, node: ast.AST, names: _Names) -> bool:
        assert isinstance(node, ast.withitem)
        if node.optional_vars is None or not self._is_suspect(node.context_expr, names):
            return False
        self._mark(node.optional_vars, names)
        return True

    def _return(self, node: ast.AST, names: _Names) -> bool:
        assert isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom))
        function = names.function
        if function is None or node.value is None or not self._is_suspect(node.value, names):
            return False
        self._returning.add(function.name)
        if any("property" in name for each in function.decorator_list for name in _names_in(each)):
            self._attributes.add(function.name)
        return True

    def _match(self, node: ast.AST, names: _Names) -> bool:
        assert isinstance(node, ast.Match)
        if not self._is_suspect(node.subject, names):
            return False
        for inner in walk(node):
            name = getattr(inner, "name", None) or getattr(inner, "rest", None)
            if isinstance(inner, ast.pattern) and isinstance(name, str):
                names.held.add(name)
        return True

    def _call(self, node: ast.AST, names: _Names) -> bool:
        assert isinstance(node, ast.Call)
        func = node.func
        given = arguments(node)
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if isinstance(func, ast.Attribute) and "hook" in name:
            self._hand_on(given)
        adding = isinstance(func, ast.Attribute) and name in _ADDING
        callees = self._functions.get(name, ())
        handed = [each for arg in given for each in self._functions_in(arg)]
        if not (adding or callees or handed):
            return True
        if not self._any(given, names):
            return False
        if adding:
            assert isinstance(func, ast.Attribute)
            self._mark(func.value, names)
            root: ast.expr = func.value
            while isinstance(root, (ast.Attribute, ast.Subscript)):
                root = root.value
            if isinstance(root, ast.Name):
                _share(root.id, names)
        for each in callees:
            for arg, receiving in matched(node, each.signature):
                if not each.names.held.issuperset(receiving) and self._is_suspect(arg, names):
                    each.names.held.update(receiving)
        for each in handed:
            each.suspect_parameters()
        return not callees

    def _hand_on(self, given: Iterable[ast.expr]) -> None:
        """Functions that are handed on may be called with tensors."""
        for arg in given:
            for each in self._functions_in(arg):
                each.suspect_parameters()

    def _functions_in(self, arg: ast.expr) -> Iterator[_Callable]:
        """The functions of the file that an expression names."""
        for node in walk(arg):
            if isinstance(node, ast.Name):
                yield from self._functions.get(node.id, ())
            elif isinstance(node, ast.Attribute):
                yield from self._functions.get(node.attr, ())

    def _mark(self, target: ast.expr, names: _Names) -> None:
        if isinstance(target, ast.Name):
            names.held.add(target.id)
            if target.id in names.elsewhere:
                _share(target.id, names)
        elif isinstance(target, ast.Attribute):
            self._attributes.add(target.attr)
        elif isinstance(target, (ast.Subscript, ast.Starred)):
            self._mark(target.value, names)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._mark(element, names)


#: How what hands a value on is followed; tells whether all that comes of it has.
_FOLLOWING: dict[type[ast.AST], Callable[[Suspects, ast.AST, _Names], bool]] = {
    ast.Assign: Suspects._assign,
    ast.AnnAssign: Suspects._bind,
    ast.AugAssign: Suspects._bind,
    ast.NamedExpr: Suspects._bind,
    ast.For: Suspects._iterate,
    ast.AsyncFor: Suspects._iterate,
    ast.comprehension: Suspects._iterate,
    ast.withitem: Suspects._enter_context,
    ast.Return: Suspects._return,
    ast.Yield: Suspects._return,
    ast.YieldFrom: Suspects._return,
    ast.Match: Suspects._match,
    ast.Call: Suspects._call,
}


def _share(name: str, names: _Names) -> None:
    """A container that is filled here may have been made further out."""
    home: _Names | None = names
    while home is not None:
        home.held.add(name)
        home = home.parent


def names_cpu(call: ast.Call) -> bool:
    """Is the first argument of `x.to("cpu")` the CPU, by its own text?"""
    return any(isinstance(arg, ast.Constant) and arg.value == "cpu" for arg in call.args[:1])


def _names_in(node: ast.expr) -> Iterator[str]:
    """The names, attributes and strings of an annotation or the like."""
    for each in walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
