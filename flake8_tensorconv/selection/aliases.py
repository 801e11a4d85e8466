"""Where a file may change memory that a conversion shares, found by name.

Names that may stand for the same memory are put together: those on both sides of an assignment, an
argument and the parameter that receives it, a function and what it returns. A conversion is worth
a look if something is changed in place that is in one group with what it converts or gives.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.knowledge.numpy_functions import viewing_functions
from flake8_tensorconv.knowledge.torch_operators import viewing_operators
from flake8_tensorconv.selection.calls import MAX_NAMESAKES, RECEIVERS, matched, parameters
from flake8_tensorconv.selection.flows import Kind
from flake8_tensorconv.selection.kinds import Kinds
from flake8_tensorconv.selection.vocabulary import DTYPES, FILLING
from flake8_tensorconv.selection.writes import elements, is_entry, written

#: What may give memory a second name.
_SHARING = frozenset(
    {"from_numpy", "as_tensor", "asarray", "asanyarray", "ascontiguousarray", "array",
     "from_dlpack", "frombuffer", "numpy",
     "Tensor", "FloatTensor", "DoubleTensor", "LongTensor", "IntTensor", "ShortTensor",
     "ByteTensor", "HalfTensor", "BoolTensor", "CharTensor"}
)  # fmt: skip
#: Of these, what takes nothing but the arrays of the other library.
_CONVERTING_ONLY = frozenset({"from_numpy", "from_dlpack", "frombuffer"})
#: Besides what the tables know as views: what hands on what it is given.
_HANDING_ON = frozenset(
    {"to", "cpu", "cuda", "type", "type_as", "float", "double", "half", "long", "int", "bool",
     "byte", "short", "detach", "requires_grad_", "contiguous", "astype", "list", "tuple", "dict",
     "set", "zip", "enumerate", "reversed", "iter", "next", "map", "filter", "partial", "get",
     "pop", "popleft", "values", "items", "setdefault", "chain", "deque", "Parameter",
     "from_pretrained", "getattr", "Variable", "DataLoader", "TensorDataset", "super", "islice",
     "data", "cast", "copy", "_replace"}
)  # fmt: skip
#: Arguments that say how, not what.
_PLAIN = frozenset({"device", "dtype", "shape", "ndim", "size"})
_HOW = frozenset({"device", "dtype", "requires_grad", "copy", "non_blocking", "memory_format"})
#: Attributes of a tensor or array that lie in its memory.
_VIEWS = frozenset({"T", "mT", "H", "mH", "data", "real", "imag", "flat", "base", "values"})
#: What an optimizer changes goes by these names.
_PARAMETERS = ".parameters"
_OF_MODULES = frozenset(
    {"parameters", "named_parameters", "state_dict", "weight", "bias", "Parameter",
     "from_pretrained"}
)  # fmt: skip
_MODULES = frozenset({"self", "cls", "torch", "th", "np", "numpy", "F", "nn"})

_Key = tuple[int, str] | str


def alias_scopes(index: Index, kinds: Kinds, *, escaping: bool) -> frozenset[Scope]:
    """The scopes of a file in which shared memory is made or changed; none if the two never meet.

    Args:
        index: the file, walked over.
        kinds: what its names may hold.
        escaping: is an alias worth a look even if nothing in the file changes its memory?
    """
    conversions = [
        (node, scope)
        for node, scope in index.nodes.get(ast.Call, ())
        if isinstance(node, ast.Call) and _may_share(node, scope, kinds)
    ]
    if not conversions:
        return frozenset()
    groups = _Groups(index)
    changed: dict[_Key, set[Scope]] = {}
    for key, scope in groups.changes():
        changed.setdefault(groups.find(key), set()).add(scope)
    found: set[Scope] = set()
    for node, scope in conversions:
        assert isinstance(node, ast.Call)
        for key in groups.keys(node, scope):
            changers = changed.get(groups.find(key))
            if changers is not None or escaping:
                found |= {scope, *(changers or ())}
    return frozenset(found)


def _may_share(node: ast.Call, scope: Scope, kinds: Kinds) -> bool:
    """May it be a conversion between arrays and tensors that does not copy?"""
    name = _name(node.func)
    if name not in _SHARING:
        return False
    if name == "numpy":
        return isinstance(node.func, ast.Attribute)
    library = kinds.library(node.func)
    if not library or not node.args:
        return False
    if name in _CONVERTING_ONLY:
        return True
    if name == "array" and not any(keyword.arg == "copy" for keyword in node.keywords):
        return False
    given = node.args[0]
    if isinstance(given, (ast.List, ast.Tuple, ast.ListComp)):
        return False  # that is always copied
    wanted = Kind.TENSOR if library == "numpy" else Kind.ARRAY
    return bool(kinds.may_be(given, scope) & wanted)


@functools.cache
def _handing_on() -> frozenset[str]:
    """Bare names of functions and methods whose result may lie in the memory of an argument."""
    views = {name.rsplit(".", 1)[-1] for name in (*viewing_functions(), *viewing_operators())}
    return frozenset(views) | _SHARING | _HANDING_ON


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class _Groups:
    """The names of a file that may stand for the same memory, by union-find."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.above: dict[_Key, _Key] = {}
        self.local: dict[Scope, set[str]] = {scope: set() for scope in index.scopes}
        self.functions: dict[str, list[Scope]] = {}
        self.values: set[str] = set()
        self.namesakes: set[Scope] = set()  # functions that share their name with many others
        self.fields: dict[str, list[str]] = {}
        for scope in index.scopes:
            if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                self.local[scope].update(
                    each.arg for each in parameters(scope.node.args) if each.arg not in _MODULES
                )
            if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.setdefault(_called_as(scope, scope.node), []).append(scope)
            if isinstance(scope.node, ast.ClassDef):
                self.fields[scope.node.name] = [
                    f".{each.target.id}"
                    for each in scope.node.body
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
                ]
        self._bind()
        self._find_values()
        self._join()

    def find(self, key: _Key) -> _Key:
        while (above := self.above.get(key, key)) != key:
            self.above[key] = self.above.get(above, above)
            key = above
        return key

    def _unite(self, a: Iterable[_Key], b: Iterable[_Key]) -> None:
        keys = [*a, *b]
        for key in keys[1:]:
            one, other = self.find(keys[0]), self.find(key)
            if one != other:
                self.above[other] = one

    def _nodes(self, *kinds: type[ast.AST]) -> Iterator[tuple[ast.AST, Scope]]:
        for kind in kinds:
            yield from self.index.nodes.get(kind, ())

    # What a name stands for.

    def _bind(self) -> None:
        for node, scope in self._nodes(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For,
                                       ast.comprehension, ast.withitem, ast.AugAssign):  # fmt: skip
            for target in _targets(node):
                self.local[scope].update(
                    each.id for each in elements(target) if isinstance(each, ast.Name)
                )

    def _find_values(self) -> None:
        """Which functions may be called by another name: what instances do, and what is passed."""
        self.values = {"__call__", "forward"} & self.functions.keys()
        for node, _ in self._nodes(ast.Call):
            assert isinstance(node, ast.Call)
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(argument, ast.Name) and argument.id in self.functions:
                    self.values.add(argument.id)

    def _callees(self, func: ast.expr, scope: Scope) -> Iterable[str]:
        """The names of the file's functions that a call may enter."""
        name = _name(func)
        if name in self.functions:
            return (name,)
        match func:
            case ast.Name():
                return self.values if self._variable(name, scope)[0] else ()
            case ast.Call() | ast.Attribute(value=ast.Name(id="self")):
                return self.values
            case _:
                return ()

    def _variable(self, name: str, scope: Scope) -> _Key:
        home: Scope | None = scope
        while home is not None:
            if name in self.local.get(home, ()):
                return id(home), name
            home = home.parent
        return 0, name

    def keys(self, node: ast.AST | None, scope: Scope) -> Iterator[_Key]:
        """The names whose memory an expression may lie in."""
        match node:
            case ast.Name(id=name):
                if name not in _MODULES:
                    yield self._variable(name, scope)
            case ast.Attribute(attr=attr, value=value):
                if attr in _OF_MODULES:
                    yield _PARAMETERS
                if attr in _VIEWS:
                    yield from self.keys(value, scope)
                elif attr not in _PLAIN and attr not in DTYPES:
                    yield f".{attr}"
            case ast.Subscript(value=value) | ast.Starred(value=value) | ast.Await(value=value):
                yield from self.keys(value, scope)
            case ast.NamedExpr(target=target, value=value):
                yield from self.keys(target, scope)
                yield from self.keys(value, scope)
            case ast.Call():
                yield from self._keys_of_call(node, scope)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self.keys(body, scope)
                yield from self.keys(orelse, scope)
            case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    yield from self.keys(part, scope)
            case ast.Dict(values=parts):
                for part in parts:
                    yield from self.keys(part, scope)
            case (
                ast.ListComp(elt=elt, generators=loops)
                | ast.GeneratorExp(elt=elt, generators=loops)
                | ast.SetComp(elt=elt, generators=loops)
            ):
                yield from self.keys(elt, scope)
                for loop in loops:
                    yield from self.keys(loop.iter, scope)
            case ast.DictComp(value=elt, generators=loops):
                yield from self.keys(elt, scope)
                for loop in loops:
                    yield from self.keys(loop.iter, scope)
            case _:
                pass

    def _keys_of_call(self, node: ast.Call, scope: Scope) -> Iterator[_Key]:
        name = _name(node.func)
        for callee in self._callees(node.func, scope):
            yield f"{callee}()"
        if name in _OF_MODULES:
            yield _PARAMETERS
        if name not in _handing_on() and not name.endswith("_"):
            return
        if isinstance(node.func, ast.Attribute):
            yield from self.keys(node.func.value, scope)
        for argument in node.args:
            yield from self.keys(argument, scope)
        for keyword in node.keywords:
            if keyword.arg not in _HOW:
                yield from self.keys(keyword.value, scope)

    # Which names stand for the same.

    def _join(self) -> None:
        for node, scope in self._nodes(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For,
                                       ast.comprehension, ast.withitem):  # fmt: skip
            value = getattr(node, "value", None) or getattr(node, "iter", None)
            value = value or getattr(node, "context_expr", None)
            given = list(self.keys(value, scope))
            named = [each for target in _targets(node) for each in elements(target)]
            if named:
                self._unite(given, (key for each in named for key in self.keys(each, scope)))
        for node, scope in self._nodes(ast.Return, ast.Yield, ast.YieldFrom):
            around: Scope | None = scope
            while around is not None and not isinstance(
                around.node, (ast.FunctionDef, ast.AsyncFunctionDef)
            ):
                around = around.parent
            if around is not None:
                assert isinstance(around.node, (ast.FunctionDef, ast.AsyncFunctionDef))
                value = getattr(node, "value", None)
                self._unite([f"{around.node.name}()"], self.keys(value, scope))
        for node, scope in self._nodes(ast.Call):
            assert isinstance(node, ast.Call)
            self._pass(node, scope)

    def _pass(self, node: ast.Call, scope: Scope) -> None:
        name = _name(node.func)
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        callees = self._callees(node.func, scope)
        functions = list(chain.from_iterable(self.functions[each] for each in callees))
        if len(functions) > MAX_NAMESAKES:
            self._pass_to_namesakes(name, given, functions, scope)
            functions = []
        for callee in functions:
            assert isinstance(callee.node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for argument, params in matched(node, callee.node.args):
                keys = list(self.keys(argument, scope))
                if keys:
                    self._unite(keys, ((id(callee), each) for each in params))
        for argument, field in zip(node.args, self.fields.get(name, ())):
            self._unite([field], self.keys(argument, scope))
        for keyword in node.keywords if name in self.fields else ():
            self._unite([f".{keyword.arg}"], self.keys(keyword.value, scope))
        if isinstance(node.func, ast.Attribute) and name in FILLING:
            holder = list(self.keys(node.func.value, scope))
            for argument in given:
                self._unite(holder, self.keys(argument, scope))

    def _pass_to_namesakes(
        self, name: str, given: Sequence[ast.expr], functions: Sequence[Scope], scope: Scope
    ) -> None:
        """Where a name stands for many functions, any of their parameters gets any argument."""
        shared = f"{name}(...)"
        for callee in functions:
            if callee not in self.namesakes:
                self.namesakes.add(callee)
                assert isinstance(callee.node, (ast.FunctionDef, ast.AsyncFunctionDef))
                self._unite(
                    [shared],
                    (
                        (id(callee), each.arg)
                        for each in parameters(callee.node.args)
                        if each.arg not in RECEIVERS
                    ),
                )
        for argument in given:
            self._unite([shared], self.keys(argument, scope))

    # What is changed in place.

    def changes(self) -> Iterator[tuple[_Key, Scope]]:
        """The names whose memory is changed, and where."""
        for node, scope in self._nodes(ast.AugAssign):
            assert isinstance(node, ast.AugAssign)
            for key in self.keys(node.target, scope):
                yield key, scope
        for node, scope in self._nodes(ast.Assign):
            for target in _targets(node):
                for each in elements(target):
                    if isinstance(each, ast.Subscript) and not is_entry(each):
                        for key in self.keys(each, scope):
                            yield key, scope
        for node, scope in self._nodes(ast.Call):
            assert isinstance(node, ast.Call)
            for changed in written(node):
                for key in self.keys(changed, scope):
                    yield key, scope
            if isinstance(node.func, ast.Attribute) and node.func.attr == "step":
                yield _PARAMETERS, scope


def _called_as(scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The name by which a function is called: of `__init__`, that of its class."""
    around = scope.parent
    if node.name == "__init__" and around is not None and isinstance(around.node, ast.ClassDef):
        return around.node.name
    return node.name


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        yield from node.targets
    else:
        target = getattr(node, "target", None) or getattr(node, "optional_vars", None)
        if target is not None:
            yield target
