"""The expressions of a file that may convert a tensor: its sites.

Of some kinds an expression is a site whatever it works on: `x.numpy()`, unless its own text shows
that nothing can go wrong. Of others, such as `np.sort(x)`, every file that uses NumPy is full;
there only what NumPy may refuse makes a site (see `kinds`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.index.syntax import walk
from flake8_tensorconv.knowledge.consumers import consumed, reading_methods_of
from flake8_tensorconv.knowledge.figures import AXES
from flake8_tensorconv.knowledge.item_access import indexing_names
from flake8_tensorconv.knowledge.numpy_functions import MAKING_ARRAYS, function
from flake8_tensorconv.knowledge.numpy_reads import ARRAY, GENERATOR, reading_methods, reads
from flake8_tensorconv.selection.flow.bindings import items_in
from flake8_tensorconv.selection.flow.calls import arguments, last_name, names_cpu
from flake8_tensorconv.selection.flow.graph import Kind
from flake8_tensorconv.selection.flow.imports import names_from
from flake8_tensorconv.selection.flow.kinds import Kinds
from flake8_tensorconv.selection.words import Words

_CONVERSIONS = frozenset({"numpy", "__array__"})
_LIBRARIES = frozenset({"numpy", "matplotlib", "pandas", "sklearn", "scipy", "pylab"})
#: Words of dtypes and layouts that NumPy lacks: with one of them in the file even
#: `x.detach().cpu().numpy()` may raise.
_SPECIAL = Words(
    (
        "bfloat16", "float8", "autocast", "complex32", "chalf", "quantiz", "qint", "sparse_",
        "conj(", "conj_", "adjoint", '"meta"', "'meta'", "sparse=True",
    ),
    (((".H", ".mH"), re.compile(r"\.m?H\b")),),
)  # fmt: skip
#: What makes a random generator of NumPy.
_GENERATORS = Words(("default_rng", "RandomState", "Generator"))
#: With these no tensor of the file is surely a plain one.
_EVERYWHERE = Words(
    ("set_default_device", "set_default_tensor_type", "with torch.device", "with th.device")
)


@dataclass(frozen=True)
class Sites:
    """The sites of a file.

    Attributes:
        scopes: the scopes that they stand in.
        explicit: one is of a kind that counts whatever it works on.
    """

    scopes: frozenset[Scope]
    explicit: bool


_MATPLOTLIB = Words(("matplotlib",))


@dataclass(frozen=True)
class _File:
    """What the kinds of sites ask about the file around a node.

    Attributes:
        text: its source.
        libraries: its variables that stand for something of NumPy or another converting library.
        doubtful: what is on the CPU is of interest even if nothing hints that it requires grad.
        found: what has been asked of the source.
    """

    text: str
    libraries: dict[str, str]
    doubtful: bool

    found: dict[Words, bool] = field(default_factory=dict)

    def has(self, words: Words) -> bool:
        """Is one of these words in the source? Searched once, however many nodes ask."""
        if words not in self.found:
            self.found[words] = words.are_in(self.text)
        return self.found[words]

    @property
    def special(self) -> bool:
        """Does it name dtypes or layouts that NumPy lacks?"""
        return self.has(_SPECIAL)


@dataclass(frozen=True)
class _Kind:
    """A kind of site.

    Attributes:
        node: the type of its nodes.
        matches: is a node of that type one of this kind?
        reads: what it works on, of which NumPy must refuse something; None if it counts anyway.
    """

    node: type[ast.AST]
    matches: Callable[[ast.AST, _File], bool]
    reads: Callable[[ast.AST, Kinds, Scope], bool] | None = None


def sites(text: str, index: Index, kinds: Kinds, known: Set[Scope], unwanted: Set[str]) -> Sites:
    """Find where in a file a tensor may be converted.

    Args:
        text: the source.
        index: the same, walked over.
        kinds: what its names may hold.
        known: scopes that are looked at anyway; there, only the sites that count whatever they
            work on are asked for.
        unwanted: codes that nobody will see. `x.cpu().numpy()` of something that does not look as
            if it required grad is worth a look for TNC112 only.
    """
    file = _File(text, names_from(_LIBRARIES, index), doubtful="TNC112" not in unwanted)
    found = {kind: _candidates(kind, index, file) for kind in _KINDS}
    certain = {scope for kind in _KINDS if kind.reads is None for _, scope in found[kind]}
    scopes = set(certain)
    for kind in _KINDS:
        for node, scope in found[kind]:
            if kind.reads is not None and scope not in scopes and scope not in known:
                if kind.reads(node, kinds, scope):
                    scopes.add(scope)
    return Sites(frozenset(scopes), bool(certain))


def no_tensor_is_plain(text: str) -> bool:
    """May NumPy refuse even a tensor that the file makes without asking for more?"""
    return _SPECIAL.are_in(text) or _EVERYWHERE.are_in(text)


def _candidates(kind: _Kind, index: Index, file: _File) -> list[tuple[ast.AST, Scope]]:
    return [pair for pair in index.nodes.get(kind.node, ()) if kind.matches(pair[0], file)]


def _dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    return ".".join([names[node.id], *reversed(parts)])


# `x.numpy()`


def _is_method(node: ast.AST, file: _File) -> bool:
    if not isinstance(node, ast.Attribute) or node.attr not in _CONVERSIONS:
        return False
    detached, on_cpu = _guards(node)
    if not on_cpu or (not detached and (file.doubtful or _takes_data(node.value))):
        return True
    return file.special


def _takes_data(node: ast.expr) -> bool:
    """`x.data.cpu()`: that is worth a word whatever x is."""
    return any(isinstance(each, ast.Attribute) and each.attr == "data" for each in walk(node))


def _is_undetached(node: ast.AST, file: _File) -> bool:
    """`x.cpu().numpy`."""
    if not isinstance(node, ast.Attribute) or node.attr not in _CONVERSIONS:
        return False
    return _guards(node) == (False, True)


def _receiver(node: ast.AST, kinds: Kinds, scope: Scope) -> bool:
    return isinstance(node, ast.Attribute) and kinds.may_be_refused(node.value, scope)


def _guards(node: ast.Attribute) -> tuple[bool, bool]:
    """Is the tensor detached, and is it moved to the CPU, by the text of `x.numpy`?"""
    detached = on_cpu = False
    value = node.value
    while True:
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            name = value.func.attr
            detached = detached or name == "detach"
            on_cpu = on_cpu or name == "cpu" or (name == "to" and names_cpu(value))
            value = value.func.value
        elif isinstance(value, (ast.Attribute, ast.Subscript)):
            value = value.value
        else:
            return detached, on_cpu


# `getattr(x, "numpy")()`


def _is_looked_up(node: ast.AST, file: _File) -> bool:
    if not isinstance(node, ast.Call) or len(node.args) < 2:
        return False
    if not isinstance(node.func, ast.Name) or node.func.id != "getattr":
        return False
    name = node.args[1]
    return isinstance(name, ast.Constant) and name.value in _CONVERSIONS


# `np.sort(x)`


def _is_reader(node: ast.AST, file: _File) -> bool:
    if not isinstance(node, ast.Call):
        return False
    names = file.libraries
    dotted = _dotted(node.func, names)
    if dotted is not None:
        return _reads_arrays(dotted)
    return any(
        isinstance(arg, ast.Name) and arg.id in names and _reads_arrays(names[arg.id])
        for arg in node.args
    )


def _is_given_refused(node: ast.AST, kinds: Kinds, scope: Scope) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return any(kinds.may_be_refused(each, scope) for each in arguments(node))


# `array.take(x)`, `generator.normal(x)`


def _is_axes_method(node: ast.AST, file: _File) -> bool:
    """`ax.plot(x)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in reading_methods_of(AXES) and file.has(_MATPLOTLIB)


def _is_reading_method(node: ast.AST, file: _File) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    name = node.func.attr
    if name in reading_methods(ARRAY):
        return bool(node.args or node.keywords)
    return name in reading_methods(GENERATOR) and file.has(_GENERATORS)


def _is_method_given_refused(node: ast.AST, kinds: Kinds, scope: Scope) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    receiver = kinds.may_be(node.func.value, scope)
    if node.func.attr in reading_methods(ARRAY) and not receiver & Kind.ARRAY:
        return False
    return _is_given_refused(node, kinds, scope)


def _is_explicit(node: ast.AST, file: _File) -> bool:
    """`np.asarray(x)`."""
    return isinstance(node, ast.Call) and _dotted(node.func, file.libraries) in MAKING_ARRAYS


def _is_given_declared(node: ast.AST, kinds: Kinds, scope: Scope) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return any(kinds.may_be_declared(each, scope) for each in arguments(node))


def _reads_arrays(dotted: str) -> bool:
    """Does the function read an argument as an array, so that a tensor may raise?"""
    if not dotted.startswith("numpy."):
        return consumed(dotted) is not None
    if dotted == "numpy.from_dlpack":
        return True
    if reads(dotted) is not None:
        return True
    record = function(dotted)
    if record is None:
        return False
    if record.raises_always is not None:  # np.mean(tensor) never works, np.mean([tensor]) may
        return True
    return record.raises_on_grad and bool(record.converts or record.keywords)


# `tensor * array`, and with `/` the other way round too, is computed by NumPy.


def _is_operator(node: ast.AST, file: _File) -> bool:
    left, right, _ = _operands(node)
    return not isinstance(left, ast.Constant) and not isinstance(right, ast.Constant)


def _meets_refused(node: ast.AST, kinds: Kinds, scope: Scope) -> bool:
    left, right, operator = _operands(node)
    pairs = [(left, right)] + [(right, left)] * isinstance(operator, ast.Div)
    return any(
        kinds.may_be_refused(tensor, scope) and kinds.may_be(array, scope) & Kind.ARRAY
        for tensor, array in pairs
    )


def _operands(node: ast.AST) -> tuple[ast.expr, ast.expr, ast.operator]:
    if isinstance(node, ast.AugAssign):
        return node.target, node.value, node.op
    assert isinstance(node, ast.BinOp)
    return node.left, node.right, node.op


# `array[tensor]` and `array[...] = tensor`


def _is_item(node: ast.AST, file: _File) -> bool:
    return isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant)


def _is_refused_index(node: ast.AST, kinds: Kinds, scope: Scope) -> bool:
    if not isinstance(node, ast.Subscript):
        return False
    array = kinds.may_be(node.value, scope) & Kind.ARRAY
    return bool(array) and kinds.may_be_refused(node.slice, scope)


def _is_stored(node: ast.AST, file: _File) -> bool:
    return isinstance(node, ast.Assign) and any(items_in(each) for each in node.targets)


def _is_refused_in_array(node: ast.AST, kinds: Kinds, scope: Scope) -> bool:
    if not isinstance(node, ast.Assign) or not kinds.may_be_refused(node.value, scope):
        return False
    return any(
        kinds.may_be(item.value, scope) & Kind.ARRAY
        for target in node.targets
        for item in items_in(target)
    )


# `F.one_hot(x)`, `embedding(x)`


def _is_call(node: ast.AST, file: _File) -> bool:
    return isinstance(node, ast.Call) and bool(node.args or node.keywords)


def _takes_tensor_for_index(node: ast.AST, kinds: Kinds, scope: Scope) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if last_name(node).rstrip("_") not in indexing_names():
        if not kinds.calls_what_is_held(node, scope) or not kinds.may_take_index(node.func, scope):
            return False  # of all else that is called only modules take an index
    return any(kinds.may_be(each, scope) & Kind.TENSOR for each in arguments(node))


_KINDS: Iterable[_Kind] = (
    _Kind(ast.Attribute, _is_method),
    _Kind(ast.Attribute, _is_undetached, _receiver),
    _Kind(ast.Call, _is_looked_up),
    _Kind(ast.Call, _is_reader, _is_given_refused),
    _Kind(ast.Call, _is_call, _takes_tensor_for_index),
    _Kind(ast.Call, _is_axes_method, _is_given_refused),
    _Kind(ast.Call, _is_reading_method, _is_method_given_refused),
    _Kind(ast.Call, _is_explicit, _is_given_declared),
    _Kind(ast.BinOp, _is_operator, _meets_refused),
    _Kind(ast.AugAssign, _is_operator, _meets_refused),
    _Kind(ast.Subscript, _is_item, _is_refused_index),
    _Kind(ast.Assign, _is_stored, _is_refused_in_array),
)
