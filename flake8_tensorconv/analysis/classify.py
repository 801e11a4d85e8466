"""Is an alternative an instance of a class? For `isinstance`, `match` and annotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.state import Object
from flake8_tensorconv.analysis.values import (
    Address,
    Alternative,
    Array,
    Class,
    Constant,
    Grad,
    Many,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
)

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
_NO_TENSORS = ("builtins.", "numpy.", "collections.", "PIL.", "pandas.", "scipy.")
_CONSTANT_TYPES: dict[str, tuple[type, ...]] = {
    "builtins.int": (int,),
    "builtins.float": (float,),
    "builtins.complex": (complex,),
    "builtins.bool": (bool,),
    "builtins.str": (str,),
    "builtins.bytes": (bytes,),
    "numbers.Number": (int, float, complex),
}
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
    answers = {_is_instance(run, alternative, each) for each in wanted}
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
    if dotted in _CONSTANT_TYPES or dotted.startswith("numpy.") or dotted.startswith("numbers."):
        return Plain("str" if dotted == "builtins.str" else "number")
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


def _is_instance(run: Run, alternative: Alternative, cls: Alternative) -> bool | None:
    """Surely an instance, surely none, or None if neither is known."""
    match alternative, cls:
        case Tensor(sure=True), Symbol(dotted=dotted):
            if is_tensor_class(dotted):
                if dotted in ("torch.Tensor", "torch.autograd.Variable"):
                    return True
                return None
            return False if dotted.startswith(_NO_TENSORS) else None
        case Array(), Symbol(dotted=dotted):
            return (
                True if dotted == "numpy.ndarray" else None if dotted in _ARRAY_CLASSES else False
            )
        case Constant(value=constant), Symbol(dotted=dotted):
            types = _CONSTANT_TYPES.get(dotted)
            if types is None:
                return dotted == "builtins.object"
            return isinstance(constant, types)
        case Plain(what=what), Symbol(dotted=dotted):
            if is_tensor_class(dotted) or dotted in _ARRAY_CLASSES:
                return False
            if what == dotted:
                return True
            return None
        case Tuple() | Many(), Symbol(dotted=dotted):
            if dotted in _SEQUENCES:
                return True if isinstance(alternative, Tuple) and "list" not in dotted else None
            picture = dotted.startswith("PIL.")
            return False if picture or is_tensor_class(dotted) or dotted in _ARRAY_CLASSES else None
        case Ref(), Symbol(dotted=dotted):
            return _object_is(run.object(alternative), dotted)
        case Ref(), Class(info=info):
            held = run.object(alternative)
            if held.kind != "instance" or held.cls is None or isinstance(held.cls, str):
                return False if held.kind != "instance" else None
            return True if info in held.cls.mro() else None
        case _, Class():
            return False if not isinstance(alternative, (Class, Tensor)) else None
        case _:
            return None


def _object_is(held: Object, dotted: str) -> bool | None:
    if held.kind in ("list", "dict", "set"):
        own = {"list": _SEQUENCES, "dict": _MAPPINGS, "set": {"builtins.set"}}[held.kind]
        if dotted in own:
            return dotted != "builtins.tuple"
        return False if dotted.startswith(("builtins.", "numpy.", "torch.")) else None
    if is_tensor_class(dotted) or dotted in _ARRAY_CLASSES:
        return False
    if isinstance(held.cls, str) and held.cls == dotted:
        return True
    return None
