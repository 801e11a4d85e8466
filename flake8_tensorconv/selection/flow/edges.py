"""Reads a file into its flow graph.

Every place that hands a value on becomes edges, from the names and calls that occur in an
expression to a name. What is called without a name of its own (`steps[i](x)`, `callback(x)`) may be
any function of the file that is handed around.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope, overloaded
from flake8_tensorconv.index.syntax import walk
from flake8_tensorconv.selection.flow.bindings import (
    FLOWING,
    captured,
    chain_from,
    targets,
    value_of,
)
from flake8_tensorconv.selection.flow.calls import (
    MAX_NAMESAKES,
    arguments,
    called,
    constant,
    last_name,
    matched,
    parameters,
)
from flake8_tensorconv.selection.flow.declarations import (
    ATTRIBUTE,
    FUNCTIONS,
    RESULT,
    Callee,
    Declarations,
    Handed,
    home_of,
    is_nested,
    owner_of,
    received,
)
from flake8_tensorconv.selection.flow.graph import Carry, Graph, Key, Kind, Source, holding
from flake8_tensorconv.selection.flow.sources import ANY_RESULT, PARAMETERS, Sources
from flake8_tensorconv.selection.flow.vocabulary import (
    ARRAY_TYPE,
    FILLING,
    MOVING,
    OWNING,
    REFUSED_TYPE,
    TENSOR_PACKAGE,
    TENSOR_TYPE,
)

#: What is given to functions that nobody can name, and to modules.
_ANY_ARGUMENT: Key = ("argument", "any")
_FORWARD: Key = ("argument", "forward")


class Edges:
    """The flow graph of a file, as it is made.

    Attributes:
        names: what the file declares.
        sources: what its expressions depend on.
        graph: what its names may hold.
        converted: what `x` and more stands for in `x = x.numpy()`.
    """

    def __init__(self, index: Index, *, declared: bool, broad: bool) -> None:
        """Follow the names of a file; for the arguments see `Kinds`."""
        self.names = Declarations(index)
        self.sources = Sources(self.names, broad=broad)
        self.graph = Graph()
        self._aliases = dict(index.type_aliases)
        self._declared = declared
        self.converted: set[ast.AST] = set()  # what `x` and more stands for in `x = x.numpy()`
        self._instances: dict[Key, set[str]] = defaultdict(set)  # names that hold `Class(...)`
        self._handed_around: set[Scope] = set()
        self._handed: set[Handed] = set()  # what of the file has handed these around
        self.namesakes: set[Scope] = set()  # functions that share their name with many others
        self._hooking = any("hook" in name for each in index.scopes for name in each.mentions)
        for name, dotted in self.names.imported.items():
            if TENSOR_PACKAGE.match(dotted):
                self.graph.add((RESULT, name), Kind.REFUSED)
        for scope in index.scopes:
            self._declare(scope)
        for owned in OWNING:  # an optimizer changes what goes by any of these names
            self.graph.connect(Source(ways=[((ATTRIBUTE, owned), Carry.SHARES)]), [PARAMETERS])
        self._follow_all(index)
        self.graph.run()

    # What is declared.

    def _declare(self, scope: Scope) -> None:
        node = scope.node
        if isinstance(node, ast.ClassDef):
            self._declare_class(node)
        elif isinstance(node, ast.Lambda):
            self._declare_parameters(scope, node.args)
            self._hand_around(scope, node.args, Source())
        elif isinstance(node, FUNCTIONS):
            self._declare_parameters(scope, node.args)
            self._declare_function(scope, node)

    def _declare_class(self, node: ast.ClassDef) -> None:
        made = (RESULT, node.name)
        for base in map(ast.unparse, node.bases):
            if TENSOR_TYPE.search(base) or "torch" in base:
                self.graph.add(made, Kind.TENSOR | Kind.REFUSED)
            self.graph.connect(holding([(RESULT, base)]), [made])

    def _declare_parameters(self, scope: Scope, signature: ast.arguments) -> None:
        for arg in parameters(signature):
            if arg.annotation is not None:
                self.graph.add((scope, arg.arg), self._annotated(arg.annotation))
        if self._hooking and is_nested(scope):
            self._give_tensors(scope, signature)  # it may be handed out, and become a hook

    def _declare_function(self, scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        result = (RESULT, node.name)
        owner = owner_of(scope)
        if owner and node.name[:2] == "__":  # `for x in instance`, `instance[i]`
            self.graph.connect(holding([result]), [(RESULT, owner)])
        if node.returns is not None:
            self.graph.add(result, self._annotated(node.returns))
        if node.decorator_list:  # it may be a property
            self.graph.connect(holding([result]), [(ATTRIBUTE, node.name)])
        if node.name == "forward":
            self.graph.connect(holding([_FORWARD]), received(scope, node.args))
        for name in overloaded(node):
            self._overload(name, scope, node.args)
        if node.name in self.names.decorated:
            self.graph.connect(holding([ANY_RESULT]), [result])
        if is_nested(scope) or node.name in self.names.decorated:
            self._hand_around(scope, node.args, holding([result]))

    def _overload(self, name: str, function: Scope, signature: ast.arguments) -> None:
        """`@name.register`: this may get what `name` is called with, and give the result."""
        for base, declared in self.names.functions.get(name, ()):
            given = holding(list(received(base, declared)))
            self.graph.connect(given, received(function, signature))
        made = (RESULT, getattr(function.node, "name", ""))
        self.graph.connect(holding([made]), [(RESULT, name)])

    def _annotated(self, annotation: ast.expr) -> int:
        """What is declared by an annotation, as far as the file knows the names in it."""
        kind = Kind.NONE
        for node in walk(annotation):
            if isinstance(node, ast.Name) and node.id in self._aliases:
                meant = self._aliases.pop(node.id)  # it may be used in itself
                kind |= self._annotated(meant)
                self._aliases[node.id] = meant
                continue
            if isinstance(node, ast.Name) and node.id not in self.names.imported:
                name = self.names.libraries.get(node.id, node.id)
            elif isinstance(node, ast.Attribute) and self.names.library(node):
                name = node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = node.value
            else:
                continue
            if TENSOR_TYPE.search(name):
                kind |= Kind.TENSOR
                if REFUSED_TYPE.search(name):
                    kind |= Kind.REFUSED
            if ARRAY_TYPE.search(name):
                kind |= Kind.ARRAY
        if kind & Kind.TENSOR and (self._declared or not kind & Kind.ARRAY):
            kind |= Kind.DECLARED
        return kind

    def _hand_around(self, function: Scope, signature: ast.arguments, result: Source) -> None:
        """Whoever calls something without a name may call this."""
        if function in self._handed_around:
            return
        self._handed_around.add(function)
        self.graph.connect(holding([_ANY_ARGUMENT]), received(function, signature))
        self.graph.connect(result, [ANY_RESULT])

    def _give_tensors(self, function: Scope, signature: ast.arguments) -> None:
        for key in received(function, signature):
            self.graph.add(key, Kind.REFUSED)

    # Flows.

    def _follow_all(self, index: Index) -> None:
        for kind in FLOWING:
            for node, scope in index.nodes.get(kind, ()):
                self._follow(node, scope)
        for node, scope in index.nodes.get(ast.Match, ()):
            assert isinstance(node, ast.Match)
            source = self.sources.of(node.subject, scope)
            if any(isinstance(each, ast.MatchClass) for each in walk(node)):
                attributes = [(ATTRIBUTE, name) for name in self.names.attributes]
                source = Source(ways=holding(attributes).ways, rest=source)
            self.graph.connect(source, [self.names.variable(n, scope) for n in captured(node)])
        for scope in index.scopes:
            self._follow_defaults(scope)
        for node, scope in index.nodes.get(ast.Call, ()):
            assert isinstance(node, ast.Call)
            self._pass(node, scope)

    def _follow(self, node: ast.AST, scope: Scope) -> None:
        value = value_of(node)
        if value is None:
            keys: list[Key] = []
        elif isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)):
            home = home_of(scope)
            keys = [(RESULT, home.node.name)] if isinstance(home.node, FUNCTIONS) else []
        else:
            keys = [key for target in targets(node) for key in self.names.keys_of(target, scope)]
        if isinstance(node, ast.AnnAssign):
            for key in self.names.keys_of(node.target, scope):
                self.graph.add(key, self._annotated(node.annotation))
        if value is None:
            return
        if isinstance(node, ast.Assign) and (chain := chain_from(node.targets, node.value)):
            self.converted.update(chain)
            for key in keys:
                self.graph.add(key, Kind.CONVERTED)
            return
        source = self.sources.of(value, scope)
        if isinstance(node, ast.AugAssign):
            source = self.sources.computed(value, scope)
        if isinstance(node, ast.withitem):
            source = Source(ways=[((RESULT, "__enter__"), Carry.HOLD)], rest=source)
        self.graph.connect(source, keys)
        if isinstance(value, ast.Call) and (made := last_name(value)) in self.names.classes:
            for key in keys:
                self._instances[key].add(made)
        for handed in self.names.handed(value, scope):
            self._hand_around_all(handed)
        if isinstance(node, ast.AugAssign):
            self._fill(keys)  # with what is in the value; what it names stays what it is
            return
        if isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)):
            for key in keys:
                self.graph.lend(key, self.names.keys_of(value, scope))
        if any(isinstance(target, ast.Subscript) for target in targets(node)):
            self._fill(keys)
            for function, signature in self.names.functions.get("__setitem__", ()):
                self.graph.connect(source, received(function, signature))

    def _follow_defaults(self, scope: Scope) -> None:
        """A parameter may hold its default."""
        node = scope.node
        if isinstance(node, (*FUNCTIONS, ast.Lambda)) and scope.parent is not None:
            positional = [*node.args.posonlyargs, *node.args.args]
            given = zip(reversed(positional), reversed(node.args.defaults))
            for arg, default in (*given, *zip(node.args.kwonlyargs, node.args.kw_defaults)):
                if default is not None:
                    self.graph.connect(self.sources.of(default, scope.parent), [(scope, arg.arg)])

    def _pass(self, call: ast.Call, scope: Scope) -> None:
        """Arguments become parameters; what is put into a container is in it."""
        for func in called(call.func):
            self._pass_to(func, call, scope)
        if (name := last_name(call)) in OWNING:
            held = Source(rest=self.sources.of(call, scope), carries=Carry.SHARES)
            self.graph.connect(held, [PARAMETERS])
        self._hand_on(call, name, scope)

    def _pass_to(self, func: ast.expr, call: ast.Call, scope: Scope) -> None:
        name = "" if isinstance(func, ast.Call) else last_name(func)
        held: set[str] = set()
        if isinstance(func, (ast.Name, ast.Attribute)):
            for key in self.names.keys_of(func, scope):
                held |= self._instances.get(key, set())
        elif isinstance(func, ast.Call):
            held = {last_name(func)} & self.names.classes  # `Class()(x)`
        callees = self.names.callees(func, name, scope, held)
        if len(callees) > MAX_NAMESAKES:
            self._pass_to_namesakes(call, name, callees, scope)
        for inner, signature in callees if len(callees) <= MAX_NAMESAKES else ():
            for arg, receiving in matched(call, signature):
                for key in ((inner, each) for each in receiving):
                    self.graph.connect(self.sources.of(arg, scope), [key])
                    self.graph.lend(key, self.names.keys_of(arg, scope))
        if isinstance(func, ast.Attribute) and name in MOVING:
            moved = self.sources.moved(call, scope)
            self.graph.connect(moved, self.names.keys_of(func.value, scope))
        holders: list[Key] = []
        if isinstance(func, ast.Attribute) and name in FILLING:
            holders += self.names.keys_of(func.value, scope)
            for key in holders:
                self.graph.add(key, Kind.LISTED)
        elif name == "setattr" and (attribute := constant(call.args[1:2])):
            holders.append((ATTRIBUTE, attribute))
        elif (not callees or name in self.names.decorated) and not self.names.library(func):
            if "forward" in self.names.functions:
                holders.append(_FORWARD)  # it may be a module that is called
            if self.names.has_no_name(func, scope):
                holders += [_ANY_ARGUMENT, *self.names.keys_of(func, scope)]
        if holders:
            self._put(call, holders, scope)

    def _pass_to_namesakes(
        self, call: ast.Call, name: str, callees: Sequence[Callee], scope: Scope
    ) -> None:
        """Where a name stands for many functions, any of their parameters gets any argument."""
        shared = self._shared(name, callees)
        for arg in arguments(call):
            self.graph.connect(self.sources.of(arg, scope), [shared])
            self.graph.lend(shared, self.names.keys_of(arg, scope))

    def _shared(self, name: str, callees: Sequence[Callee]) -> Key:
        """What hands on to all parameters of many functions with one name."""
        shared: Key = ("argument", name)
        for inner, signature in callees:
            if inner not in self.namesakes:
                self.namesakes.add(inner)
                self.graph.connect(holding([shared]), received(inner, signature))
                for key in received(inner, signature):
                    self.graph.lend(key, [shared])
        return shared

    def _put(self, call: ast.Call, keys: list[Key], scope: Scope) -> None:
        for arg in arguments(call):
            self.graph.connect(self.sources.of(arg, scope), keys)
        self._fill(key for key in keys if key not in (_ANY_ARGUMENT, _FORWARD))

    def _fill(self, containers: Iterable[Key]) -> None:
        """What is filled here may have been made further out, and go by the same name there."""
        for key in containers:
            home, name = key
            self.graph.fill([key])
            if isinstance(home, Scope) and home.parent is not None:
                self.graph.connect(holding([key]), [self.names.variable(name, home.parent)])

    def _hand_on(self, call: ast.Call, name: str, scope: Scope) -> None:
        """A function that is handed on may be given the rest."""
        hook = "hook" in name
        for arg in arguments(call):
            for handed in self.names.handed(arg, scope, deep=hook):
                rest = [each for each in arguments(call) if each is not arg]
                if isinstance(call.func, ast.Attribute) and not self.names.library(call.func):
                    rest.append(call.func.value)
                self._hand_around_all(handed)
                functions = self.names.functions_of(handed)
                for callee in functions:
                    if hook:
                        self._give_tensors(*callee)
                    if name == "register" and isinstance(call.func, ast.Attribute):
                        self._overload(last_name(call.func.value), *callee)
                for key in self._receiving(handed, functions):
                    for each in rest:
                        self.graph.connect(self.sources.of(each, scope), [key])
                        self.graph.lend(key, self.names.keys_of(each, scope))

    def _receiving(self, handed: Handed, functions: Sequence[Callee]) -> Sequence[Key]:
        """What gets the arguments of functions that are handed on."""
        if len(functions) > MAX_NAMESAKES and isinstance(handed, tuple):
            return [self._shared(handed[0], functions)]
        return [key for each in functions for key in received(*each)]

    def _hand_around_all(self, handed: Handed) -> None:
        functions = () if handed in self._handed else self.names.functions_of(handed)
        self._handed.add(handed)
        for function, signature in functions:
            name = getattr(function.node, "name", "")
            self._hand_around(function, signature, holding([(RESULT, name)] if name else []))
