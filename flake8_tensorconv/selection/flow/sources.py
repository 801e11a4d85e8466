"""What an expression depends on: kinds that its own text tells, and names."""

from __future__ import annotations

import ast

from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.index.syntax import children
from flake8_tensorconv.knowledge.devices import ACCELERATORS
from flake8_tensorconv.knowledge.item_access import indexing_names
from flake8_tensorconv.selection.flow.calls import (
    RECEIVERS,
    arguments,
    called,
    constant,
    last_name,
    names_cpu,
)
from flake8_tensorconv.selection.flow.declarations import ATTRIBUTE, RESULT, Declarations
from flake8_tensorconv.selection.flow.graph import Carry, Key, Kind, Source, carried
from flake8_tensorconv.selection.flow.models import (
    known_methods,
    of_arguments,
    of_receiver,
    plain_attributes,
)
from flake8_tensorconv.selection.flow.vocabulary import (
    ACCELERATOR,
    ASKING,
    DTYPES,
    GIVING_ARRAYS,
    LISTS,
    MAKING,
    MOVING,
    NEITHER,
    NUMBERS,
    OWNING,
)

#: What functions give that nobody can name.
ANY_RESULT: Key = (RESULT, "()")
#: What modules own, whatever it is called.
PARAMETERS: Key = ("memory", "parameters")


class Sources:
    """Reads the expressions of a file.

    Attributes:
        placing: the scopes that name an accelerator, as far as they have been read.
    """

    def __init__(self, declared: Declarations, *, broad: bool) -> None:
        """Get ready.

        Args:
            declared: the names of the file.
            broad: may NumPy refuse a tensor that the file makes without asking for more?
        """
        self._names = declared
        self._broad = broad
        self._found: dict[ast.AST, Source] = {}
        self.placing: set[Scope] = set()

    def of(self, node: ast.AST, scope: Scope) -> Source:
        """What an expression in a scope may be; the answer is for reading only."""
        found = self._found.get(node)
        if found is None:
            # What stands on the left comes first: nothing goes as deep as a chain is long.
            chain = [node]
            while (left := _leftmost(chain[-1])) is not None and left not in self._found:
                chain.append(left)
            for each in reversed(chain):
                found = self._found[each] = Source()
                self._collect(each, scope, found)
        assert found is not None
        return found

    def computed(self, node: ast.AST, scope: Scope) -> Source:
        """What is computed of an expression, such as what `+=` makes of its right side."""
        found = Source()
        self._collect(node, scope, found, Carry.COMPUTED)
        return found

    def moved(self, call: ast.Call, scope: Scope) -> Source:
        """What `x.to(...)` makes of a module `x`."""
        found = Source()
        self._place(call, scope, found)
        return found

    def _collect(self, node: ast.AST, scope: Scope, into: Source, way: int = Carry.HOLD) -> None:
        """Add what an expression depends on, of which only that is of interest that `way` says."""
        if isinstance(node, ast.Name):
            if node.id not in self._names.libraries:
                into.ways.append((self._names.variable(node.id, scope), way))
        elif isinstance(node, ast.Attribute):
            self._collect_attribute(node, scope, into, way)
        elif isinstance(node, ast.Call):
            for func in called(node.func):
                self._collect_call(node, func, scope, into, way)
        elif isinstance(node, ast.Subscript):
            self._include(node.value, scope, into, way)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            into.kind |= Kind.LISTED
            self._collect(node.elt, scope, into, _of_elements(way))
        elif isinstance(node, ast.DictComp):
            self._collect(node.value, scope, into, _of_elements(way))
        elif isinstance(node, ast.IfExp):
            self._collect(node.body, scope, into, way)
            self._collect(node.orelse, scope, into, way)
        elif isinstance(node, ast.Lambda):
            self._collect(node.body, self._names.lambda_scope(node), into, way)
        elif isinstance(node, ast.JoinedStr):
            for part in node.values[:1]:  # f"cuda:{rank}"
                self._collect(part, scope, into, way)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and ACCELERATOR.match(node.value):
                into.kind |= Kind.GUEST
                self.placing.add(scope)
        elif not isinstance(node, ast.FormattedValue):
            if isinstance(node, (ast.List, ast.Tuple)):
                into.kind |= Kind.LISTED
                way = _of_elements(way)
            elif isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Compare)):
                joins = isinstance(node, ast.BinOp) and isinstance(node.op, _JOINING)
                way &= Carry.COMPUTED if joins else Carry.FRESH
            for child in children(node):
                self._include(child, scope, into, way)

    def _include(self, node: ast.AST, scope: Scope, into: Source, way: int) -> None:
        """Collect from a part of an expression; what is known already, by reference."""
        known = self._found.get(node)
        if known is not None and into.rest is None:
            into.rest, into.carries = known, way
        elif way & Carry.KINDS:
            self._collect(node, scope, into, way)
        else:
            self._depend(node, scope, into, way)

    def _depend(self, node: ast.AST, scope: Scope, into: Source, way: int) -> None:
        """Add what an expression has of another one, such as where it is."""
        for given, outer in self.of(node, scope).chain():
            into.kind |= carried(given.kind, outer & way)
            into.ways += [(key, each & outer & way) for key, each in given.ways]

    def _collect_attribute(
        self, node: ast.Attribute, scope: Scope, into: Source, way: int, holder: int = Carry.HOLD
    ) -> None:
        """What an attribute may be: what is given to that of any object, and part of this one."""
        name = node.attr
        if name in DTYPES and (library := self._names.library(node)):
            into.kind |= Kind.TORCH_DTYPE if library == "torch" else Kind.NUMPY_DTYPE
            return
        plain = name in plain_attributes()
        if not plain or name in self._names.attributes or name == "dtype":
            into.ways.append(((ATTRIBUTE, name), way))
        if not plain and not _is_receiver(node.value):
            self._include(node.value, scope, into, way & holder)

    # Calls.

    def _collect_call(
        self, node: ast.Call, func: ast.expr, scope: Scope, into: Source, way: int
    ) -> None:
        library = self._names.library(func)
        if library == "torch":
            self._collect_torch_call(node, func, scope, into, way)
        elif library:
            self._collect_numpy_call(node, func, scope, into, way)
        elif isinstance(func, ast.Attribute):
            self._collect_method_call(node, func, scope, into, way)
        elif isinstance(func, ast.Name):
            self._collect_function_call(node, func, scope, into, way)
        else:
            into.ways.append((ANY_RESULT, way))
            self._include(func, scope, into, way)
            self._collect_arguments(node, scope, into, way)

    def _collect_torch_call(
        self, node: ast.Call, func: ast.expr, scope: Scope, into: Source, way: int
    ) -> None:
        """What `torch.f(x)` gives; `torch.device` gives what it is given, as to accelerators."""
        name = last_name(func)
        if name == "device":
            self._depend_on_arguments(node, scope, into, Carry.TRAITS)
        if name in NEITHER:
            return
        into.kind |= Kind.TENSOR
        plain = isinstance(func, ast.Name) or (
            isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)
        )
        if self._broad or not plain or not name.islower():
            into.kind |= Kind.REFUSED
        if any(keyword.arg in ASKING for keyword in node.keywords):
            into.kind |= Kind.REFUSED
        if name in MAKING or not name.islower():
            if not any(keyword.arg == "device" for keyword in node.keywords):
                into.kind |= Kind.HOST
        if name in indexing_names() and not name.islower():
            into.kind |= Kind.INDEXER
        if name in OWNING:
            into.ways.append(((node, name), Carry.SHARES))
        self._depend_on_arguments(node, scope, into, way & of_arguments(name))

    def _collect_numpy_call(
        self, node: ast.Call, func: ast.expr, scope: Scope, into: Source, way: int
    ) -> None:
        name = last_name(func)
        if isinstance(func, ast.Attribute) and name == "dtype":
            into.kind |= Kind.NUMPY_DTYPE
        elif name not in NEITHER:
            into.kind |= Kind.ARRAY
            self._depend_on_arguments(node, scope, into, way & of_arguments(name) & Carry.SHARES)

    def _depend_on_arguments(self, node: ast.Call, scope: Scope, into: Source, way: int) -> None:
        for arg in arguments(node) if way else ():
            self._depend(arg, scope, into, way)

    def _place(self, call: ast.Call, scope: Scope, into: Source) -> None:
        """`x.cuda()` and `x.to(device)` are where they are put."""
        if ACCELERATORS.intersection(map(last_name, called(call.func))):
            into.kind |= Kind.GUEST
            self.placing.add(scope)
        self._depend_on_arguments(call, scope, into, Carry.TRAITS)

    def _collect_method_call(
        self, node: ast.Call, func: ast.Attribute, scope: Scope, into: Source, way: int
    ) -> None:
        name = func.attr
        own = name in self._names.functions
        if own:
            into.ways.append(((RESULT, name), way))
        if name in self._names.attributes:
            into.ways.append((ANY_RESULT, way))
        if name in GIVING_ARRAYS:
            into.kind |= Kind.ARRAY
            self._include(func.value, scope, into, way & Carry.SHARES)
            return
        if name in plain_attributes():
            return
        if name == "cpu" or (name == "to" and names_cpu(node)):
            into.kind |= Kind.HOST
        elif name in MOVING:
            into.kind |= Kind.REFUSED
            self._place(node, scope, into)
        self._collect_attribute(func, scope, into, way, of_receiver(name))
        if name in known_methods() and not self._names.is_imported(func):
            if name not in MOVING:
                self._depend_on_arguments(node, scope, into, way & Carry.TRAITS)
        elif not (own and _is_receiver(func.value)):
            self._collect_arguments(node, scope, into, way)

    def _collect_arguments(self, node: ast.Call, scope: Scope, into: Source, way: int) -> None:
        """An unknown call may give anything that it is given."""
        for arg in arguments(node):
            self._collect(arg, scope, into, way)

    def _collect_function_call(
        self, node: ast.Call, func: ast.Name, scope: Scope, into: Source, way: int
    ) -> None:
        variable = self._names.variable(func.id, scope)
        held = variable[0] != RESULT
        own = func.id in self._names.functions
        if func.id in NUMBERS and not held and not own:
            return
        into.ways.append((variable, way))
        if func.id in LISTS:
            into.kind |= Kind.LISTED
            way = _of_elements(way)
        if held:
            into.ways += [((RESULT, func.id), way), (ANY_RESULT, way)]
        if not own or func.id in self._names.decorated:
            self._collect_arguments(node, scope, into, way)
        if func.id == "getattr" and (name := constant(node.args[1:2])):
            into.ways.append(((ATTRIBUTE, name), way))


def _of_elements(way: int) -> int:
    """What comes from the elements where that comes from a list."""
    return way | Carry.MEMORY if way & Carry.ELEMENTS else way


def _is_receiver(node: ast.expr) -> bool:
    """`self`, of which each attribute goes by its own name; `super()`."""
    if isinstance(node, ast.Call):
        node = node.func
        return isinstance(node, ast.Name) and node.id == "super"
    return isinstance(node, ast.Name) and node.id in RECEIVERS


def _leftmost(node: ast.AST) -> ast.expr | None:
    """The operand on which a chain of operators, calls and subscripts goes on."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, (ast.BinOp, ast.Subscript)):
        node = node.left if isinstance(node, ast.BinOp) else node.value
    while isinstance(node, ast.Attribute) and node.attr not in plain_attributes():
        node = node.value
    return node if isinstance(node, _CHAINED) else None


#: Operators that also put lists together, or sets and dictionaries.
_JOINING = (ast.Add, ast.Mult, ast.BitOr)
_CHAINED = (ast.BinOp, ast.Call, ast.Subscript)
