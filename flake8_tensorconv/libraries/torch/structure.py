"""What a module is made of: its parameters, and the modules inside it; together or one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.addresses import Owner
from flake8_tensorconv.lattice.joins import join_all, join_tensors
from flake8_tensorconv.lattice.objects import PARAMETERS, Object
from flake8_tensorconv.lattice.values import (
    NOTHING,
    Constant,
    Many,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.locations.scopes import ClassInfo


def is_module_class(info: ClassInfo) -> bool:
    """Is it a subclass of `torch.nn.Module`, as far as its foreign bases tell?"""
    return any(
        base.startswith("torch.nn")
        or base.rsplit(".", 1)[-1].endswith(("Module", "PreTrainedModel"))
        for base in info.foreign_bases()
    )


def is_module(run: Run, ref: Ref) -> bool:
    """Is the object a module?"""
    held = run.object(ref)
    if isinstance(held.cls, ClassInfo):
        return is_module_class(held.cls)
    return isinstance(held.cls, str) and held.cls.startswith("torch.nn")


def children(run: Run, ref: Ref) -> Iterator[Ref]:
    """The modules held directly by a module."""
    for item in run.object(ref).elements().alternatives:
        if isinstance(item, Ref) and is_module(run, item):
            yield item


def tree(run: Run, ref: Ref) -> Iterator[Ref]:
    """The module and all modules inside it."""
    seen: set[object] = set()
    todo = [ref]
    while todo:
        each = todo.pop()
        if each.address in seen:
            continue
        seen.add(each.address)
        yield each
        todo.extend(children(run, each))


def tensors_of(run: Run, ref: Ref, role: str) -> Iterator[Tensor]:
    """The parameters (or buffers) that a module holds itself."""
    held = run.object(ref)
    for item in (*held.items.values(), held.rest):
        yield from (tensor for tensor in item.tensors if tensor.role == role)


def parameters_of(run: Run, ref: Ref) -> Value:
    """What any parameter of the module or of those inside it may be.

    Those with different numbers of axes are told apart if the file asks about these anywhere.
    """
    found: dict[int | None, Tensor] = {}
    for each in tree(run, ref):
        for tensor in tensors_of(run, each, "parameter"):
            axes = tensor.ndim if run.file.asks_for_axes else None
            known = found.get(axes)
            found[axes] = tensor if known is None else join_tensors(known, tensor)
    if not found:
        held = run.object(ref)
        if isinstance(held.cls, ClassInfo) and any(True for _ in children(run, ref)):
            return NOTHING
        return value(Tensor(owner=Owner(ref.address)))
    return join_all(value(replace(each, owner=Owner(ref.address))) for each in found.values())


def change_tensors(run: Run, ref: Ref, change: Callable[[Tensor], Tensor]) -> None:
    """Change the tensors that the module and those inside it hold, in place."""
    for each in tree(run, ref):
        held = run.object(each)
        items = {name: item.with_tensors(change) for name, item in held.items.items()}
        run.store(each, replace(held, items=items, rest=held.rest.with_tensors(change)))


def held_by(ref: Ref, name: str, item: Value) -> Value:
    """An attribute of an object, of which a parameter knows where it is held."""
    if not any(each.role == "parameter" for each in item.tensors):
        return item
    owner = Owner(slots=frozenset({(ref.address, name)}))
    return item.with_tensors(lambda t: replace(t, owner=owner) if t.role == "parameter" else t)


# One by one.

#: The parts of a larger module are not told apart.
_MOST = 8
_MODULE = {"torch.nn.Module", "torch.nn.modules.Module", "torch.nn.modules.module.Module"}
#: What may give a module parts that are not known by their names.
_HIDING = ("setattr", "add_module", "register_module", "register_parameter", "__dict__")


def parameters_one_by_one(run: Run, ref: Ref) -> list[tuple[str, Value]] | None:
    """The names and parameters of a module in order; None if they are not all known, and few."""
    found: dict[object, tuple[str, Value]] = {}
    for name, module in modules_one_by_one(run, ref) or ():
        for own, part in _parts(run, module) or ():
            if isinstance(part, Tensor):
                slots = frozenset({(module.address, own)})
                one = value(replace(part, owner=Owner(ref.address, slots)))
                found.setdefault(part.storages or (module, own), (f"{name}.{own}".lstrip("."), one))
    return list(found.values()) if 0 < len(found) <= _MOST else None


def modules_one_by_one(run: Run, ref: Ref) -> list[tuple[str, Ref]] | None:
    """The names of a module and of all inside it, in order; None if they are not all known."""
    if run.file.index.mentions(*_HIDING):
        return None
    found: dict[Ref, str] = {}
    todo = [("", ref)]
    while todo:
        name, each = todo.pop()
        if each in found:
            continue
        found[each] = name
        parts = _parts(run, each)
        if parts is None or len(found) > 2 * _MOST:
            return None
        inside = [(f"{name}.{own}".lstrip("."), part) for own, part in parts]
        todo += reversed([(path, part) for path, part in inside if isinstance(part, Ref)])
    return [(name, each) for each, name in found.items()]


def _parts(run: Run, ref: Ref) -> list[tuple[str, Tensor | Ref]] | None:
    """The parameters and modules that a module holds itself; None if they are not all known."""
    held = run.object(ref)
    if not held.single or held.rest or held.fewer or not _is_told(held):
        return None
    found: list[tuple[str, Tensor | Ref]] = []
    for name, item in held.items.items():
        parts = [each for each in item.alternatives if _is_part(run, each)]
        if parts and len(item.alternatives) > 1:
            return None
        for each in parts:
            assert isinstance(each, Tensor | Ref)
            if isinstance(each, Tensor) and not each.sure:
                return None
            found.append((str(name), each))
    return found


def _is_told(held: Object) -> bool:
    """Does the class of a module tell by which names its parts are known?"""
    if isinstance(held.cls, ClassInfo):
        return _MODULE.issuperset(held.cls.foreign_bases())
    return PARAMETERS not in held.items


def _is_part(run: Run, each: object) -> bool:
    """Is it a parameter or a module, as far as anybody knows?"""
    if isinstance(each, Tensor):
        return each.role == "parameter" or not each.sure
    return isinstance(each, Ref) and is_module(run, each)


def in_order(together: Value, parts: Sequence[Value] | None) -> Value:
    """An iterator over parts: what each may be, and one by one if they are known so."""
    few = parts is not None and len(parts) <= _MOST
    return value(Many(together, items=tuple(parts) if parts is not None and few else ()))


def named(parts: Sequence[tuple[str, Value]] | None) -> list[Value] | None:
    """Pairs of names and parts, as values."""
    if parts is None:
        return None
    return [value(Tuple((value(Constant(name)), part))) for name, part in parts]
