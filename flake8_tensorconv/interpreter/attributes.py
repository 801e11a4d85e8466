"""What `receiver.name` may be."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.datasets import held_by_dataset
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.symbols import symbol_attribute
from flake8_tensorconv.knowledge.figures import ATTRIBUTES
from flake8_tensorconv.knowledge.torch_operators import (
    array_only_attributes,
    method,
    scalar_methods,
    tensor_attributes,
)
from flake8_tensorconv.lattice.arguments import pass_values
from flake8_tensorconv.lattice.array_layout import rearranged
from flake8_tensorconv.lattice.facts import detached, flip_conj, part_of
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.storages import turned, viewed
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    BOOL,
    NUMBER,
    OBJECT,
    STRING,
    UNKNOWN,
    Alternative,
    Array,
    Class,
    Constant,
    DeviceObject,
    DtypeObject,
    Function,
    Grad,
    Layout,
    Many,
    Method,
    Otherwise,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.torch.data_cuts import cut_by_data
from flake8_tensorconv.libraries.torch.distributions import PREFIX as DISTRIBUTIONS
from flake8_tensorconv.libraries.torch.distributions import distribution_attribute
from flake8_tensorconv.libraries.torch.modules import module_attribute
from flake8_tensorconv.libraries.torch.structure import held_by, is_module_class, parameters_of
from flake8_tensorconv.locations.files import Imported
from flake8_tensorconv.locations.scopes import ClassInfo
from flake8_tensorconv.narrowing.classify import lacks, own_type

#: Tensor attributes that are views of it.
_VIEWS = {"T", "mT", "H", "mH", "real", "imag"}


def attribute(run: Run, receiver: Value, name: str, node: ast.AST) -> Value:
    """What the attribute may be for each alternative of the receiver."""
    if len(receiver.alternatives) == 1:
        return _attribute(run, receiver.alternatives[0], name, node)
    having = [each for each in receiver.alternatives if not _lacks(run, each, name)]
    return join_all(_attribute(run, each, name, node) for each in having or receiver.alternatives)


def _lacks(run: Run, holder: Alternative, name: str) -> bool:
    """Does Python raise AttributeError here, so that only the other alternatives go on?

    Of a tensor without the attribute the rules have something to say.
    """
    if isinstance(holder, Otherwise):
        return holder.what is not None and lacks(run, holder.what, name)
    return not isinstance(holder, Tensor) and lacks(run, holder, name)


def _attribute(run: Run, holder: Alternative, name: str, node: ast.AST) -> Value:
    if name == "__class__" and (own := own_type(holder)) is not None:
        return value(Symbol(own))
    match holder:
        case Tensor():
            return tensor_attribute(run, holder, name, node)
        case Array():
            return _array_attribute(holder, name, node)
        case Symbol(dotted=dotted):
            return symbol_attribute(dotted, name)
        case Imported(file=file, name=""):
            return run.program.interpreter.imported(run, Imported(file, name))
        case Ref():
            return object_attribute(run, holder, name, node)
        case Class(info=info):
            if name == "apply" and "torch.autograd.Function" in info.foreign_bases():
                return value(Method(holder, name, node))
            return class_attribute(run, info, name, None, node)
        case DeviceObject(device=device):
            if name == "type":
                return value(replace(holder)) if device else STRING
            return NUMBER if name == "index" else value(Method(holder, name, node))
        case Function(overloads=overloads):
            return UNKNOWN if overloads is None else value(Method(holder, name, node))
        case Plain(what="object"):
            return value(Plain("object"))
        case Otherwise():
            return value(Otherwise())
        case Plain(what="torch.finfo" | "torch.iinfo" | "numpy.finfo" | "numpy.iinfo" as what):
            if name == "dtype":
                known = value(DtypeObject(ANY_DTYPE, "numpy"))
                return STRING if what.startswith("torch.") else known
            return NUMBER if what.endswith(".iinfo") else value(Plain("float"))
        case Tuple(items=items, names=names) if name in names:
            return items[names.index(name)]
        case Plain(what=what) if what in ATTRIBUTES and name in ATTRIBUTES[what]:
            return value(Plain(ATTRIBUTES[what][name]))
        case Constant() | Plain() | Tuple() | Many() | DtypeObject():
            return value(Method(holder, name, node))
        case _:
            return UNKNOWN


def tensor_attribute(run: Run, tensor: Tensor, name: str, node: ast.AST) -> Value:
    """An attribute of a tensor, or of something unknown."""
    if name == "data":
        return value(replace(detached(tensor), cuts=cut_by_data(run, tensor, node)))
    if name == "grad":
        gradient = replace(detached(tensor), storages=frozenset())
        if tensor.sure:
            return value(replace(gradient, scalar=False), Constant(None))
        return value(gradient)
    if name in _VIEWS and (tensor.sure or name in ("T", "mT", "mH")):
        return value(_view(tensor, name))
    if name == "device":
        return value(DeviceObject(tensor.device, tensor.device_reason))
    if name == "dtype":
        return value(DtypeObject(tensor.dtype, "torch" if tensor.sure else ""))
    if name in ("shape", "names"):
        return value(Many(NUMBER))
    if name in ("requires_grad", "is_leaf", "is_cuda", "is_sparse", "is_cpu", "is_mps"):
        known = {Grad.YES: True, Grad.NO: False}.get(tensor.grad)
        if name == "requires_grad" and known is not None:
            return value(Constant(known))
        return BOOL
    if name == "ndim" and tensor.sure and tensor.ndim is not None:
        return value(Constant(tensor.ndim))
    if name in ("ndim", "itemsize", "nbytes"):
        return NUMBER
    if name in ("grad_fn", "layout", "_base"):
        return OBJECT
    if tensor.sure:
        return value(Method(tensor, name, node))
    if name in tensor_attributes() and (method(name) or name in scalar_methods()):
        return value(Method(tensor, name, node))
    if name in _CONVERSIONS or name in array_only_attributes():
        return value(Method(tensor, name, node))
    # Something unknown gives something unknown, but what is known of the whole holds inside:
    # `model(x).logits` under no_grad, `batch.to("cpu").labels`.
    return value(part_of(tensor))


_CONVERSIONS = {
    "numpy", "detach", "cpu", "cuda", "to", "type", "float", "double", "half", "bfloat16", "long",
    "int", "bool", "short", "char", "byte", "detach_", "requires_grad_", "item", "tolist", "append",
    "extend", "items", "keys", "values", "get", "pop", "update", "__array__", "copy", "clone",
}  # fmt: skip


def _view(tensor: Tensor, name: str) -> Tensor:
    turns = name in ("T", "mT", "H", "mH") and tensor.ndim != 1
    storages = turned(tensor.storages) if turns else tensor.storages
    if name in ("real", "imag"):
        storages = viewed(storages, name, frozenset(), dense=False)
    tensor = replace(tensor, role="", owner=None, storages=storages)
    complex_only = {d for d in tensor.dtype if d.startswith("complex")}
    if name in ("H", "mH") and complex_only:
        return replace(tensor, layout=flip_conj(tensor.layout))
    if name in ("real", "imag"):
        layout = tensor.layout & ~Layout.CONJ or Layout.STRIDED
        if name == "imag" and tensor.layout & Layout.CONJ:
            layout = Layout.NEG if tensor.layout == Layout.CONJ else layout | Layout.NEG
        real = {"complex32": "float16", "complex64": "float32", "complex128": "float64"}
        dtype = frozenset(real.get(d, d) for d in tensor.dtype)
        return replace(tensor, layout=layout, dtype=dtype)
    return tensor


def _array_attribute(array: Array, name: str, node: ast.AST) -> Value:
    if name in ("T", "mT", "real", "imag", "flat", "base"):
        storages = viewed(array.storages, name, frozenset(), dense=False)
        if name in ("T", "mT"):
            storages = array.storages if array.ndim == 1 else turned(array.storages)
        return value(replace(rearranged(array), storages=storages))
    if name == "dtype":
        return value(DtypeObject(array.dtype, "numpy" if array.sure else ""))
    if name in ("shape", "strides"):
        return value(Many(NUMBER))
    if name in ("ndim", "size", "itemsize", "nbytes"):
        return NUMBER
    return value(Method(array, name, node))


def object_attribute(run: Run, ref: Ref, name: str, node: ast.AST) -> Value:
    """An attribute of a list, dict, instance or module."""
    held = run.object(ref)
    if held.kind is not Kind.INSTANCE:
        return value(Method(ref, name, node))
    if name in held.items:
        return held_by(ref, name, held.items[name])
    if name == "__class__" and isinstance(held.cls, ClassInfo):
        return value(Class(held.cls))
    if isinstance(held.cls, ClassInfo):
        found_in_class = class_attribute(run, held.cls, name, ref, node)
        if not found_in_class.is_unknown or len(found_in_class.alternatives) > 1:
            return found_in_class
        getter = class_attribute(run, held.cls, "__getattr__", ref, node)
        if is_module_class(held.cls):
            inherited = module_attribute(run, ref, name, node)
            if inherited is not None:
                return inherited
        elif any(isinstance(f, Function) for f in getter.alternatives):
            return run.call(getter, pass_values(value(Constant(name))), node)
        return held_by_dataset(held.cls.foreign_bases(), name) or found_in_class
    if isinstance(held.cls, str):
        inherited = module_attribute(run, ref, name, node)
        if inherited is not None:
            return inherited
        if held.cls.startswith(DISTRIBUTIONS):
            return distribution_attribute(run, ref, name) or value(Method(ref, name, node))
        if held.cls == "argparse.Namespace":
            return UNKNOWN
        if (inherited := held_by_dataset((held.cls,), name)) is not None:
            return inherited
        if held.cls.startswith("torch.nn") and name in ("weight", "bias"):
            return parameters_of(run, ref)
        return value(Method(ref, name, node))
    return UNKNOWN


def class_attribute(
    run: Run,
    info: ClassInfo,
    name: str,
    ref: Ref | None,
    node: ast.AST,
    after: ClassInfo | None = None,
) -> Value:
    """A method or class variable, bound to `ref` if that is an instance.

    Args:
        run: the run.
        info: the class.
        name: the attribute.
        ref: the instance it is taken from, or None for the class itself.
        node: where it is taken.
        after: look only behind this class in the order of resolution, as `super()` does.
    """
    skipping = after is not None
    for cls in info.mro:
        if skipping:
            skipping = cls is not after
            continue
        found: Value | None = run.state.get((cls.namespace, name))
        if found is not None:
            return join_all(_bind(run, each, ref, info, node) for each in found.alternatives)
    return UNKNOWN


def property_setters(run: Run, info: ClassInfo, name: str) -> list[Function]:
    """What assigning to an attribute of an instance may call, if the class has such a property."""
    for cls in info.mro:
        found: Value | None = run.state.get((cls.namespace, name))
        if found is not None:
            functions = [each for each in found.alternatives if isinstance(each, Function)]
            return [each.setter for each in functions if each.setter is not None]
    return []


def _bind(run: Run, each: Alternative, ref: Ref | None, info: ClassInfo, node: ast.AST) -> Value:
    if not isinstance(each, Function) or each.receiver is not None:
        return value(each)
    if each.role == "static":
        return value(each)
    if each.role == "class":
        return value(replace(each, receiver=value(Class(info))))
    if ref is None:
        return value(each)
    bound = replace(each, receiver=value(ref), role="")
    if each.role == "property":
        return run.call(value(bound), pass_values(), node)
    return value(bound)
