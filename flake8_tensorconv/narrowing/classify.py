"""Is an alternative an instance of a class? For `isinstance`, `match` and annotations."""

from __future__ import annotations

import builtins
import collections
import collections.abc
import functools
import numbers
import typing
from collections.abc import Iterator
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.knowledge.torch_modules import ANY_MODULE, attribute_names, derives, module
from flake8_tensorconv.knowledge.torch_operators import (
    array_attributes,
    array_only_attributes,
    tensor_attributes,
    tensor_only_attributes,
)
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    Class,
    Constant,
    Function,
    Grad,
    Many,
    Method,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
)
from flake8_tensorconv.locations.scopes import ClassInfo

_TENSOR_CLASSES = {
    "torch.Tensor",
    "torch.FloatTensor",
    "torch.LongTensor",
    "torch.nn.Parameter",
    "torch.nn.parameter.Parameter",
    "torch.autograd.Variable",
}
_ARRAY_CLASSES = {"numpy.ndarray", "numpy.matrix", "numpy.memmap", "numpy.ma.MaskedArray"}
#: Where no class of tensors is defined.
_NO_TENSORS = ("builtins.", "numpy.", "collections.", "numbers.", "PIL.", "pandas.", "scipy.")
#: The abstract classes that tensors and arrays are instances of, by their methods: as measured.
_ABSTRACT = {"Iterable", "Sized", "Container", "Collection"}
_OF_TENSORS = {f"collections.abc.{name}" for name in (*_ABSTRACT, "Reversible", "Hashable")}
_OF_ARRAYS = {f"collections.abc.{name}" for name in _ABSTRACT}
#: The types of Python that `Plain` stands for.
_PLAIN_TYPES: dict[str, type] = {
    "int": int,
    "float": float,
    "bool": bool,
    "available": bool,
    "unavailable": bool,
    "str": str,
    "number": numbers.Number,
}
#: Where the layers are.
_LAYERS = "torch.nn."
_KINDS: dict[Kind, type] = {Kind.LIST: list, Kind.DICT: dict, Kind.SET: set}
#: Types of which `isinstance` makes a number (bytes are as little a tensor as one).
_SCALARS = {f"builtins.{name}" for name in ("int", "float", "complex", "bool", "bytes")}
#: Types of which no container is an instance.
_NO_CONTAINERS = _SCALARS | {"builtins.str", "numpy.generic"}
_SEQUENCES = {"builtins.list", "builtins.tuple", "collections.abc.Sequence", "typing.Sequence"}
_MAPPINGS = {"builtins.dict", "collections.abc.Mapping", "typing.Mapping", "typing.Dict"}


def is_tensor_class(dotted: str) -> bool:
    """Is this the name of torch's tensor class or one of its kinds?"""
    return dotted in _TENSOR_CLASSES or (
        dotted.startswith("torch.") and dotted.endswith("Tensor") and dotted.count(".") <= 2
    )


def classes_in(run: Run, classes: Value) -> Iterator[Alternative]:
    """The single classes of a class, a tuple of them, or a union."""
    for each in classes.alternatives:
        if isinstance(each, Tuple):
            for item in each.items:
                yield from classes_in(run, item)
        elif isinstance(each, Many):
            yield from classes_in(run, each.element)
        elif isinstance(each, Ref):
            yield from classes_in(run, run.object(each).elements())
        else:
            yield each


def instance_of(
    run: Run, alternative: Alternative, classes: Value, truth: bool
) -> tuple[Alternative, ...]:
    """What remains of an alternative when `isinstance(it, classes)` turns out as `truth`."""
    wanted = list(classes_in(run, classes))
    answers = {is_instance(run, alternative, each) for each in wanted}
    if isinstance(alternative, Tensor) and not alternative.sure:
        return _unknown_as(alternative, wanted, truth)
    if isinstance(alternative, (Tensor, Array)) and alternative.declared and truth:
        if True in answers:
            return (replace(alternative, declared=False),)
        if None in answers and isinstance(alternative, Tensor):
            return _unknown_as(replace(alternative, sure=False, declared=False), wanted, truth)
    if True in answers:
        return (alternative,) if truth else ()
    if answers == {False}:
        return () if truth else (alternative,)
    return (alternative,)


def _unknown_as(unknown: Tensor, wanted: list[Alternative], truth: bool) -> tuple[Alternative, ...]:
    """Something unknown turns out to be (or not to be) of these classes."""
    names = {each.dotted for each in wanted if isinstance(each, Symbol)}
    tensor = any(map(is_tensor_class, names))
    if not truth:
        # No tensor, so no conversion can fail here.
        return (Plain("object"),) if tensor else (unknown,)
    found: list[Alternative] = []
    for each in wanted:
        if isinstance(each, Symbol):
            found.append(_as_instance(unknown, each.dotted))
        elif isinstance(each, Class):
            found.append(Ref(Address(each.info.node)))
        else:
            found.append(unknown)
    return tuple(dict.fromkeys(found))


def _as_instance(unknown: Tensor, dotted: str) -> Alternative:
    if is_tensor_class(dotted):
        parameter = dotted.endswith(".Parameter")
        grad = Grad.YES if parameter and unknown.grad == Grad.UNKNOWN else unknown.grad
        return replace(unknown, sure=True, grad=grad)
    if dotted in _ARRAY_CLASSES:
        return Array()
    if dotted == "builtins.str":
        return Plain("str")
    if dotted in _SCALARS or dotted.startswith(("numpy.", "numbers.")):
        return Plain("number")
    if dotted in ("builtins.list", "builtins.tuple"):
        return Many(Value((unknown,)), plain=True)
    if dotted in _SEQUENCES or dotted in _MAPPINGS:
        # Its elements are as unknown as it was itself.
        return Many(Value((unknown,)))
    if dotted.startswith(("builtins.", "collections.", "typing.")):
        return Many(Value((unknown,)))
    if dotted.startswith("torch.nn") or dotted.startswith("torch.optim"):
        return Plain(dotted) if dotted.startswith("torch.optim") else unknown
    return Plain(dotted)


def own_type(alternative: Alternative) -> str | None:
    """The name of the type of what is no object of the file, if that is known."""
    match alternative:
        case Tensor(sure=True, declared=False, role=role):
            # What is computed is a tensor and nothing more special.
            return "torch.nn.Parameter" if role == "parameter" else "torch.Tensor"
        case Array(sure=True, declared=False):
            return "numpy.ndarray"
        case Constant(value=constant):
            return f"builtins.{type(constant).__name__}"
        case Plain(what="int" | "float" | "bool" | "str" as what, dtype=dtype) if not dtype:
            return f"builtins.{what}"
        case Tuple(names=()):
            return "builtins.tuple"
        case _:
            return None


def is_exactly(run: Run, alternative: Alternative, wanted: list[Alternative]) -> bool | None:
    """Is its type surely one of these, surely none of them, or is neither known?"""
    answers = {is_instance(run, alternative, each) for each in wanted}
    if answers == {False}:
        return False
    names = {_canonical(each.dotted) for each in wanted if isinstance(each, Symbol)}
    if isinstance(alternative, Ref) and (kind := run.object(alternative).kind) in _KINDS:
        return f"builtins.{kind.value}" in names or None
    own = own_type(alternative)
    return own in names if own is not None and len(names) == len(wanted) else None


def has_attribute(run: Run, alternative: Alternative, name: str) -> bool | None:
    """Does it surely have an attribute, surely have none, or is neither known?"""
    match alternative:
        case Tensor(sure=True):
            known = name in tensor_attributes() or name in _PROTOCOLS
            return known or (None if name.startswith("_") else False)
        case Array(sure=True):
            known = name in array_attributes() or name in _PROTOCOLS
            return known or (None if name.startswith("_") else False)
        case Constant(value=constant):
            return hasattr(constant, name)
        case Plain(what=what, dtype=dtype) if what in _PLAIN_TYPES and what != "number":
            return None if dtype else hasattr(_PLAIN_TYPES[what], name)
        case Tuple(names=names):
            return hasattr(tuple, name) or name in names
        case Ref() if (kind := run.object(alternative).kind) in _KINDS:
            return hasattr(_KINDS[kind], name) or None
        case Ref():
            return _object_has(run.object(alternative), name)
        case _:
            return None


def _object_has(held: Object, name: str) -> bool | None:
    """Has it one of the attributes that layers of `torch.nn` have, be it None?"""
    if name in held.items:
        return True
    known = isinstance(held.cls, str) and held.cls.startswith(_LAYERS) and name in attribute_names()
    record = module(held.cls[len(_LAYERS) :]) if known and isinstance(held.cls, str) else None
    return None if record is None else name in record.attributes


def lacks(run: Run, each: Alternative, name: str) -> bool:
    """Does `each.name` raise AttributeError for certain?"""
    match each:
        case Tensor(sure=True):
            return name in array_only_attributes()
        case Array(sure=True):
            return name in tensor_only_attributes()
        case Plain(what="number"):
            return name in tensor_only_attributes()
        case Many(plain=True):
            return _is_of_arrays(name) and not hasattr(list, name) and not hasattr(tuple, name)
        case Ref() if run.object(each).kind is Kind.LIST:
            return _is_of_arrays(name) and not hasattr(list, name)
        case Ref() if run.object(each).kind in (Kind.DICT, Kind.SET):
            kind = dict if run.object(each).kind is Kind.DICT else set
            return name in tensor_attributes() and not hasattr(kind, name)
        case _:
            return has_attribute(run, each, name) is False


def _is_of_arrays(name: str) -> bool:
    return name in tensor_attributes() or name in array_attributes()


#: What tensors and arrays both define.
_PROTOCOLS = {f"__{name}__" for name in ("len", "iter", "getitem", "setitem", "contains", "array",
                                         "float", "int", "bool", "eq", "add", "mul")}  # fmt: skip


def _canonical(dotted: str) -> str:
    return "torch.nn.Parameter" if dotted.endswith(".Parameter") else dotted


@functools.cache
def _python_class(dotted: str) -> type | None:
    """A class of Python that a name stands for; `typing.Sequence` is that of `collections.abc`."""
    home, _, name = dotted.rpartition(".")
    found = getattr(_HOMES[home], name, None) if home in _HOMES else None
    found = getattr(found, "__origin__", found)
    return found if isinstance(found, type) else None


_HOMES = {
    "builtins": builtins,
    "numbers": numbers,
    "collections": collections,
    "collections.abc": collections.abc,
    "typing": typing,
}


def _abstract(dotted: str) -> str:
    return dotted.replace("typing.", "collections.abc.", 1)


def is_instance(run: Run, alternative: Alternative, cls: Alternative) -> bool | None:
    """Surely an instance, surely none, or None if neither is known."""
    match alternative, cls:
        case Tensor(sure=True), Symbol(dotted=dotted):
            if is_tensor_class(dotted):
                if dotted in ("torch.Tensor", "torch.autograd.Variable"):
                    return True
                return None
            if _abstract(dotted) in _OF_TENSORS or dotted == "builtins.object":
                return True
            return False if dotted.startswith((*_NO_TENSORS, "typing.")) else None
        case Array(), Symbol(dotted=dotted):
            if dotted in _ARRAY_CLASSES:
                return True if dotted == "numpy.ndarray" else None
            return _abstract(dotted) in _OF_ARRAYS or dotted == "builtins.object"
        case Constant(value=constant), Symbol(dotted=dotted):
            python = _python_class(dotted)
            return python is not None and isinstance(constant, python)
        case Plain(what=what, dtype=dtype), Symbol(dotted=dotted):
            if is_tensor_class(dotted) or dotted in _ARRAY_CLASSES:
                return False
            if what == dotted:
                return True
            python = None if dtype else _python_class(dotted)
            if python is None or what not in _PLAIN_TYPES:
                return None
            if issubclass(_PLAIN_TYPES[what], python):
                return True
            return None if what == "number" and issubclass(python, numbers.Number) else False
        case Tuple() | Many(), Symbol(dotted=dotted):
            if is_tensor_class(dotted) or dotted in _ARRAY_CLASSES or dotted in _NO_CONTAINERS:
                return False
            if dotted.startswith(("PIL.", "numbers.")):
                return False
            python = _python_class(dotted)
            known = (
                isinstance(alternative, Tuple) and python is not None and issubclass(tuple, python)
            )
            return True if known else None
        case Ref(), Symbol(dotted=dotted):
            return _object_is(run.object(alternative), dotted)
        case Ref(), Class(info=info):
            held = run.object(alternative)
            if held.kind is not Kind.INSTANCE or held.cls is None or isinstance(held.cls, str):
                return False if held.kind is not Kind.INSTANCE else None
            return True if info in held.cls.mro else None
        case Function() | Method(receiver=Tensor(sure=True)), Symbol(dotted=dotted):
            return True if _abstract(dotted) == "collections.abc.Callable" else None
        case _, Class():
            return False if not isinstance(alternative, (Class, Tensor)) else None
        case _:
            return None


def _object_is(held: Object, dotted: str) -> bool | None:
    if held.kind in _KINDS:
        cls = _python_class(dotted)
        if cls is not None and issubclass(_KINDS[held.kind], cls):
            return True
        return False if dotted.startswith(("builtins.", "numbers.", "numpy.", "torch.")) else None
    if is_tensor_class(dotted) or dotted in _ARRAY_CLASSES:
        return False
    if isinstance(held.cls, str) and held.cls == dotted:
        return True
    return _is_layer(held.cls, dotted) if dotted.startswith(_LAYERS) else None


def _is_any_module(dotted: str) -> bool:
    """Is it what all modules derive from?"""
    return dotted.startswith(_LAYERS) and dotted.rpartition(".")[2] == ANY_MODULE


def _is_layer(own: ClassInfo | str | None, dotted: str) -> bool | None:
    """Is what a class makes a layer of `torch.nn` of that name?"""
    if own is None:
        return None
    bases = [own] if isinstance(own, str) else list(own.foreign_bases())
    wanted = dotted.rpartition(".")[2]
    if isinstance(own, ClassInfo) and wanted != ANY_MODULE and all(map(_is_any_module, bases)):
        return False  # a class of this file, and no layer
    found = {
        derives(each.rpartition(".")[2], wanted) if each.startswith(_LAYERS) else None
        for each in bases
    }
    return True if True in found else False if found == {False} else None
