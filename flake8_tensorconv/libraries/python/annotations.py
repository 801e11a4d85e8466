"""What an annotation says about a value."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import (
    FUNCTIONS,
    body_of,
    is_constant,
    string_of,
    subscripts,
    walk,
    walk_all,
)
from flake8_tensorconv.knowledge.figures import ANNOTATIONS
from flake8_tensorconv.lattice.array_layout import is_dots
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.objects import PARAMETERS, Kind, Object
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    BOOL,
    NONE,
    NOTHING,
    NUMBER,
    STRING,
    UNKNOWN,
    Alternative,
    Array,
    Class,
    Constant,
    Device,
    DeviceObject,
    DtypeObject,
    Grad,
    Many,
    Plain,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.python.lightning import TRAINERS
from flake8_tensorconv.locations.scopes import ClassInfo, FunctionInfo
from flake8_tensorconv.narrowing.classify import is_tensor_class

_SEQUENCES = {
    "List", "list", "Sequence", "Iterable", "Iterator", "Collection", "Set", "set", "FrozenSet",
    "frozenset", "Deque", "deque", "Generator", "MutableSequence", "AsyncIterator", "AsyncIterable",
}  # fmt: skip
_MAPPINGS = {
    "Dict",
    "dict",
    "Mapping",
    "MutableMapping",
    "OrderedDict",
    "DefaultDict",
    "defaultdict",
}
_WRAPPERS = {"Annotated", "Final", "ClassVar", "Required", "NotRequired", "Awaitable", "Coroutine"}
_SHAPED = {"Float": ANY_DTYPE, "Shaped": ANY_DTYPE, "Num": ANY_DTYPE, "Inexact": ANY_DTYPE,
           "Int": frozenset({"int64"}), "Integer": frozenset({"int64"}),
           "Bool": frozenset({"bool"}),
           "UInt8": frozenset({"uint8"}), "Complex": ANY_DTYPE}  # fmt: skip
_SCALARS = {
    "builtins.int": NUMBER, "builtins.float": value(Plain("float")), "builtins.bool": BOOL,
    "builtins.str": STRING, "builtins.bytes": STRING, "builtins.complex": NUMBER,
    "builtins.None": NONE, "torch.device": value(DeviceObject(Device.UNKNOWN)),
    "torch.dtype": value(DtypeObject(ANY_DTYPE)), "numpy.dtype": value(DtypeObject(ANY_DTYPE)),
}  # fmt: skip
_INTEGER_TENSORS = {"torch.LongTensor": "int64", "torch.IntTensor": "int32",
                    "torch.BoolTensor": "bool", "torch.ByteTensor": "uint8"}  # fmt: skip


def from_annotation(run: Run, node: ast.expr, within: frozenset[str] = frozenset()) -> Value:
    """What something annotated like this may be; UNKNOWN where the annotation says nothing.

    Args:
        run: the run.
        node: the annotation.
        within: the file's own names for types in whose meaning it stands: they may lead back to it.
    """
    if (text := string_of(node)) is not None:
        quoted = _parsed(text)
        return UNKNOWN if quoted is None else from_annotation(run, quoted, within)
    if is_constant(node, None):
        return NONE
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _either(run, (node.left, node.right), within)
    if isinstance(node, ast.Subscript):
        return _generic(run, node, within)
    if isinstance(node, ast.Name) and node.id not in within:
        if (meant := run.file.index.type_aliases.get(node.id)) is not None:
            return from_annotation(run, meant, within | {node.id})
    if isinstance(node, (ast.Name, ast.Attribute)):
        return join_all(_named(run, each) for each in _resolve(run, node).alternatives)
    return UNKNOWN


def _parsed(text: str) -> ast.expr | None:
    """The annotation that a string holds; None if it holds none. It has no place in the file."""
    try:
        parsed = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in walk(parsed):
        for name in ast.expr._attributes:
            if hasattr(node, name):
                delattr(node, name)
    return parsed


def as_declared(given: Value, declared: Value) -> Value:
    """What is given, under an annotation: of something unknown it says what kind of thing it is."""
    if not given.is_unknown or declared.is_unknown or not declared:
        return given
    facts = next(t for t in given.tensors if not t.sure)
    if not declared.tensors:
        return Value(
            tuple(
                replace(each, storages=facts.storages) if isinstance(each, Array) else each
                for each in declared.alternatives
            )
        )
    return declared.with_tensors(
        lambda t: Tensor(
            True,
            facts.grad if t.grad & facts.grad == facts.grad or not t.sure else t.grad,
            facts.device,
            t.dtype if "?" not in t.dtype else facts.dtype,
            facts.layout,
            storages=facts.storages,
            declared=True,
            grad_reason=facts.grad_reason,
            device_reason=facts.device_reason,
        )
    )


def returned(run: Run, info: FunctionInfo) -> Value:
    """What the annotation says that a function gives back; its body may make that doubtful."""
    node = info.node
    if not isinstance(node, FUNCTIONS) or node.returns is None:
        return UNKNOWN
    declared = from_annotation(run, node.returns)
    if not declared.tensors or not _speaks_numpy(run, info):
        return declared
    return declared.with_tensors(lambda t: replace(t, sure=False))


def _speaks_numpy(run: Run, info: FunctionInfo) -> bool:
    """Does the body name NumPy and nothing of torch?"""
    known = run.program.numpy_only.get(info)
    if known is None:
        body = body_of(info.node)
        names = {each.id for each in walk_all(body) if type(each) is ast.Name}
        found = join_all(run.lookup(name) or NOTHING for name in names - info.names)
        libraries = {e.dotted.split(".")[0] for e in found.alternatives if isinstance(e, Symbol)}
        known = "numpy" in libraries and "torch" not in libraries
        run.program.numpy_only[info] = known
    return known


def _resolve(run: Run, node: ast.expr) -> Value:
    with run.program.events.unheard():
        return run.evaluate(node)


def _named(run: Run, each: Alternative) -> Value:
    if isinstance(each, Constant) and each.value is None:
        return NONE
    if isinstance(each, Class):
        return instance_of_class(run, each.info)
    if not isinstance(each, Symbol):
        return value(each) if isinstance(each, (Tensor, Array, Many)) else UNKNOWN
    dotted = each.dotted
    bare = dotted.rsplit(".", 1)[-1]
    if is_tensor_class(dotted):
        return value(annotated_tensor(dotted))
    if dotted in _SCALARS:
        return _SCALARS[dotted]
    if dotted in ("numpy.ndarray", "numpy.typing.NDArray"):
        return value(Array(declared=True))
    if dotted in TRAINERS:
        return run.some(Object(Kind.INSTANCE, dotted))
    if bare in _SEQUENCES or bare in _MAPPINGS or bare in ("tuple", "Tuple"):
        return value(Many(UNKNOWN))
    if dotted in ANNOTATIONS:
        return value(Plain(ANNOTATIONS[dotted]))
    if dotted.startswith("torch.nn.") and bare[:1].isupper():
        return run_module(run, dotted)
    if dotted.startswith(("numpy.", "pandas.", "pathlib.", "PIL.", "scipy.", "datetime.")):
        return value(Plain(dotted))
    if dotted in ("torch.Generator", "torch.Size", "torch.memory_format", "argparse.Namespace"):
        return UNKNOWN if "Namespace" in dotted else value(Plain(dotted))
    return UNKNOWN


def annotated_tensor(dotted: str) -> Tensor:
    """A tensor of which only its class is known."""
    dtype = _INTEGER_TENSORS.get(dotted)
    if dtype is not None:
        return Tensor(grad=Grad.NO, dtype=frozenset({dtype}), declared=True)
    if dotted.endswith(".Parameter"):
        return Tensor(grad=Grad.YES, declared=True)
    return Tensor(declared=True)


def run_module(run: Run, dotted: str) -> Value:
    """A module of which only its class is known."""
    return run.some(Object(Kind.INSTANCE, dotted, {PARAMETERS: value(Tensor())}))


def instance_of_class(run: Run, info: ClassInfo) -> Value:
    """Some instance of a class of this file."""
    return run.some(Object(Kind.INSTANCE, info, single=False))


def _either(run: Run, members: Iterable[ast.expr], within: frozenset[str]) -> Value:
    """What a union may be. Which member it is gets tested in ways that nobody can follow."""
    joined = join_all(from_annotation(run, each, within) for each in members)
    return Value(
        tuple(
            replace(each, plain=False) if isinstance(each, Many) else each
            for each in joined.alternatives
        )
    )


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return [each for each in subscripts(node) if type(each) is not ast.Slice]


def _generic(run: Run, node: ast.Subscript, within: frozenset[str]) -> Value:
    resolved = _resolve(run, node.value)
    symbols = [each.dotted for each in resolved.alternatives if isinstance(each, Symbol)]
    if not symbols:
        return UNKNOWN
    dotted, inner = symbols[0], _arguments(node)
    bare = dotted.rsplit(".", 1)[-1]
    if bare == "Optional" and inner:
        return join_all((from_annotation(run, inner[0], within), NONE))
    if bare == "Union":
        return _either(run, inner, within)
    if bare in _WRAPPERS and inner:
        return from_annotation(run, inner[-1 if bare == "Coroutine" else 0], within)
    if bare in ("tuple", "Tuple") and inner:
        if len(inner) == 2 and is_dots(inner[1]):
            return value(Many(from_annotation(run, inner[0], within)))
        return value(Tuple(tuple(from_annotation(run, each, within) for each in inner)))
    if bare in _SEQUENCES and inner:
        return value(Many(from_annotation(run, inner[0], within), plain=bare in ("list", "List")))
    if bare in _MAPPINGS and len(inner) == 2:
        contents = Object(Kind.DICT, rest=from_annotation(run, inner[1], within), single=False)
        return run.allocate(node, contents)
    if dotted.startswith("jaxtyping.") and inner:
        shaped = from_annotation(run, inner[0], within)
        dtype = _SHAPED.get(bare, ANY_DTYPE)
        whole = bare in ("Int", "Integer", "Bool", "UInt8", "UInt", "Int64", "Int32")
        if shaped.tensors and whole:
            return value(Tensor(grad=Grad.NO, dtype=dtype, declared=True))
        return shaped
    if dotted == "numpy.typing.NDArray" or dotted == "numpy.ndarray":
        return value(Array(declared=True))
    if bare in ("Literal",):
        return value(Plain("str"))
    if bare in ("Callable", "type", "Type"):
        return UNKNOWN
    return UNKNOWN
