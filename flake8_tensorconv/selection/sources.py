"""What an expression depends on: kinds that its own text tells, and names."""

from __future__ import annotations

import ast

from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.index.syntax import children
from flake8_tensorconv.knowledge.devices import ACCELERATORS
from flake8_tensorconv.selection.calls import arguments, called, constant, last_name, names_cpu
from flake8_tensorconv.selection.declarations import ATTRIBUTE, RESULT, Declarations
from flake8_tensorconv.selection.flows import Key, Kind, Source
from flake8_tensorconv.selection.vocabulary import (
    ACCELERATOR,
    ASKING,
    DTYPES,
    GIVING_ARRAYS,
    HANDING_ON,
    LISTS,
    MAKING,
    MOVING,
    NEITHER,
    NUMBERS,
    PLAIN,
)

#: What functions give that nobody can name.
ANY_RESULT: Key = (RESULT, "()")


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

    def moved(self, call: ast.Call, scope: Scope) -> Source:
        """What `x.to(...)` makes of a module `x`."""
        found = Source()
        self._place(call, scope, found)
        return found

    def _collect(self, node: ast.AST, scope: Scope, into: Source) -> None:
        if isinstance(node, ast.Name):
            if node.id not in self._names.libraries:
                into.keys.append(self._names.variable(node.id, scope))
        elif isinstance(node, ast.Attribute):
            if node.attr in DTYPES and (library := self._names.library(node)):
                into.kind |= Kind.TORCH_DTYPE if library == "torch" else Kind.NUMPY_DTYPE
            elif node.attr == "dtype":  # `self.dtype = np.float32`
                into.keys.append((ATTRIBUTE, node.attr))
            elif node.attr not in PLAIN:
                into.keys.append((ATTRIBUTE, node.attr))
                self._include(node.value, scope, into)
        elif isinstance(node, ast.Call):
            self._collect_call(node, scope, into)
        elif isinstance(node, ast.Subscript):
            self._include(node.value, scope, into)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            into.kind |= Kind.LISTED
            self._collect(node.elt, scope, into)
        elif isinstance(node, ast.DictComp):
            self._collect(node.value, scope, into)
        elif isinstance(node, ast.IfExp):
            self._collect(node.body, scope, into)
            self._collect(node.orelse, scope, into)
        elif isinstance(node, ast.Lambda):
            self._collect(node.body, self._names.lambda_scope(node), into)
        elif isinstance(node, ast.JoinedStr):
            for part in node.values[:1]:  # f"cuda:{rank}"
                self._collect(part, scope, into)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and ACCELERATOR.match(node.value):
                into.kind |= Kind.GUEST
                self.placing.add(scope)
        elif not isinstance(node, ast.FormattedValue):
            if isinstance(node, (ast.List, ast.Tuple)):
                into.kind |= Kind.LISTED
            for child in children(node):
                self._include(child, scope, into)

    def _include(self, node: ast.AST, scope: Scope, into: Source) -> None:
        """Collect from a part of an expression; what is known already, by reference."""
        known = self._found.get(node)
        if known is not None and into.rest is None:
            into.rest = known
        else:
            self._collect(node, scope, into)

    def _collect_call(self, node: ast.Call, scope: Scope, into: Source) -> None:
        for func in called(node.func):
            self._collect_called(node, func, scope, into)

    def _collect_called(self, node: ast.Call, func: ast.expr, scope: Scope, into: Source) -> None:
        library = self._names.library(func)
        if library == "torch":
            self._collect_torch_call(node, func, scope, into)
        elif library:
            name = last_name(func)
            if isinstance(func, ast.Attribute) and name == "dtype":
                into.kind |= Kind.NUMPY_DTYPE
            elif name not in NEITHER:
                into.kind |= Kind.ARRAY
        elif isinstance(func, ast.Attribute):
            self._collect_method_call(node, func, scope, into)
        elif isinstance(func, ast.Name):
            self._collect_function_call(node, func, scope, into)
        else:
            into.keys.append(ANY_RESULT)
            self._include(func, scope, into)

    def _collect_torch_call(
        self, node: ast.Call, func: ast.expr, scope: Scope, into: Source
    ) -> None:
        """What `torch.f(x)` gives; `torch.device` gives what it is given, as to accelerators."""
        name = last_name(func)
        if name == "device":
            self._inherit(node, scope, into)
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
        self._inherit(node, scope, into)

    def _inherit(self, node: ast.Call, scope: Scope, into: Source) -> None:
        """A tensor is as good or bad for NumPy, and as far away, as what it is made of."""
        for arg in arguments(node):
            for given in self.of(arg, scope).chain():
                into.kind |= given.kind & Kind.INHERITED
                into.computed_from += given.keys
                into.computed_from += given.computed_from

    def _place(self, call: ast.Call, scope: Scope, into: Source) -> None:
        """`x.cuda()` and `x.to(device)` are where they are put."""
        if ACCELERATORS.intersection(map(last_name, called(call.func))):
            into.kind |= Kind.GUEST
            self.placing.add(scope)
        self._inherit(call, scope, into)

    def _collect_method_call(
        self, node: ast.Call, func: ast.Attribute, scope: Scope, into: Source
    ) -> None:
        name = func.attr
        if name in GIVING_ARRAYS:
            into.kind |= Kind.ARRAY
            return
        if name in PLAIN:
            return
        if name == "cpu" or (name == "to" and names_cpu(node)):
            into.kind |= Kind.HOST
        elif name in MOVING:
            into.kind |= Kind.REFUSED
            self._place(node, scope, into)
        into.keys.append((RESULT, name))
        if name in self._names.attributes:
            into.keys.append(ANY_RESULT)
        self._collect(func, scope, into)
        if name in HANDING_ON or self._names.of_python(func):
            self._collect_arguments(node, scope, into)

    def _collect_arguments(self, node: ast.Call, scope: Scope, into: Source) -> None:
        for arg in node.args:
            self._collect(arg, scope, into)
        for keyword in node.keywords:
            if keyword.arg not in ("key", "device"):  # those say how, not what
                self._collect(keyword.value, scope, into)

    def _collect_function_call(
        self, node: ast.Call, func: ast.Name, scope: Scope, into: Source
    ) -> None:
        if func.id in NUMBERS:
            return
        variable = self._names.variable(func.id, scope)
        into.keys += [(RESULT, func.id), variable]
        if func.id in LISTS:
            into.kind |= Kind.LISTED
        if variable[0] != RESULT:
            into.keys.append(ANY_RESULT)
        if func.id not in self._names.functions:
            self._collect_arguments(node, scope, into)
        if func.id == "getattr" and (name := constant(node.args[1:2])):
            into.keys.append((ATTRIBUTE, name))


def _leftmost(node: ast.AST) -> ast.expr | None:
    """The operand on which a chain of operators, calls and subscripts goes on."""
    if isinstance(node, ast.Call):
        node = node.func
        if isinstance(node, ast.Attribute) and node.attr in GIVING_ARRAYS:
            return None
    if isinstance(node, (ast.BinOp, ast.Subscript)):
        node = node.left if isinstance(node, ast.BinOp) else node.value
    while isinstance(node, ast.Attribute) and node.attr != "dtype" and node.attr not in PLAIN:
        node = node.value
    return node if isinstance(node, _CHAINED) else None


_CHAINED = (ast.BinOp, ast.Call, ast.Subscript)
