"""`torch.nn.Module`: parameters, placement, freezing, and the methods that every module has."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.placement import (
    Placement,
    device_reason,
    placement,
)
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.knowledge.losses import WEIGHTS
from flake8_tensorconv.knowledge.torch_modules import module as module_record
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.arguments import Arguments, pass_values
from flake8_tensorconv.lattice.facts import detached, limit_grad
from flake8_tensorconv.lattice.joins import join, join_all, join_tensors
from flake8_tensorconv.lattice.objects import HOOKS, Kind, Object
from flake8_tensorconv.lattice.state import HANDLED, SCATTERED, Mode
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    NONE,
    NOTHING,
    STRING,
    UNKNOWN,
    Constant,
    Device,
    Grad,
    Many,
    Method,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.torch.parameters import layer_parameters
from flake8_tensorconv.libraries.torch.tracing import trace
from flake8_tensorconv.locations.scopes import ClassInfo, Closure
from flake8_tensorconv.narrowing.known_tests import grad_given

_CASTS = {"float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16"}
_SELF = {"eval", "train", "share_memory", "apply", "compile", "zero_grad", "to_empty"}
_METHODS = {
    "to", "cuda", "cpu", "xpu", "type", "parameters", "named_parameters", "buffers",
    "named_buffers", "children", "named_children", "modules", "named_modules", "state_dict",
    "load_state_dict", "requires_grad_", "register_buffer", "register_parameter",
    "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
    "register_module", "add_module", "get_submodule", "get_parameter", "append", "extend",
    "insert", "items", "keys", "values", "update", "half", "float", "double", "bfloat16", *_SELF,
}  # fmt: skip
#: Where no class is a module, whatever its name: Python's own and those of `torch` outside `nn`.
_NEVER_MODULES = sys.stdlib_module_names | {"numpy", "torch"}
#: What losses call the weights of classes.
WEIGHT = "weight"
_WRAPPED_CONTAINERS = {"torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict",
                       "torch.nn.ParameterList", "torch.nn.ParameterDict"}  # fmt: skip


def is_module_class(info: ClassInfo) -> bool:
    """Is it a subclass of `torch.nn.Module`, as far as its foreign bases tell?"""
    return any(
        base.startswith("torch.nn")
        or base.rsplit(".", 1)[-1].endswith(("Module", "PreTrainedModel"))
        for base in info.foreign_bases()
    )


def is_autograd_forward(run: Run, closure: Closure) -> bool:
    """Is it the `forward` of an autograd function, through which tensors of any kind may go?"""
    owner = run.program.owner_of(closure.info)
    return (
        owner is not None
        and closure.info.name == "forward"
        and "torch.autograd.Function" in owner.foreign_bases()
    )


def may_be_module(info: ClassInfo) -> bool:
    """May instances be modules: do they inherit from something that only another file tells of?"""
    return is_module_class(info) or any(
        base.split(".")[0] not in _NEVER_MODULES for base in info.foreign_bases()
    )


def is_module(run: Run, ref: Ref) -> bool:
    """Is the object a module?"""
    held = run.object(ref)
    if isinstance(held.cls, ClassInfo):
        return is_module_class(held.cls)
    return isinstance(held.cls, str) and held.cls.startswith("torch.nn")


def module_attribute(run: Run, ref: Ref, name: str, node: ast.AST) -> Value | None:
    """A method that every module has, or None if the name is none."""
    if name in _METHODS:
        return value(Method(ref, name, node))
    if name == "training":
        return value(Constant(True), Constant(False))
    return None


def make_module(run: Run, dotted: str, args: Arguments, node: ast.AST) -> Value:
    """An instance of a class of `torch.nn`."""
    bare = dotted.rsplit(".", 1)[-1]
    if dotted in _WRAPPED_CONTAINERS:
        return _make_container(run, dotted, args, node)
    record = module_record(bare)
    if record is not None and record.container and args.positional:
        refs = args.positional[0].value.of(Ref)
        if refs.alternatives:  # DataParallel and its kin: calling it calls the module
            for ref in refs.alternatives:
                if isinstance(ref, Ref):
                    _mark(run, ref, SCATTERED)
            return refs
    items = layer_parameters(run, record, args, node)
    if bare.endswith("Loss"):
        items["reduction"] = _reduction(args)
    for name, argument in args.keywords.items():
        if any(is_module(run, r) for r in argument.value.alternatives if isinstance(r, Ref)):
            items[name] = argument.value
    for position, argument in enumerate(args.positional):
        if any(is_module(run, r) for r in argument.value.alternatives if isinstance(r, Ref)):
            items[str(position)] = argument.value
    if bare in WEIGHTS:
        weight = args.value(WEIGHTS[bare], WEIGHT)
        if weight is not None and weight.is_tensor:
            items[WEIGHT] = weight.with_tensors(lambda t: replace(t, role="buffer"))
    return run.allocate(node, Object(Kind.INSTANCE, dotted, dict(items)))


def _reduction(args: Arguments) -> Value:
    """How a loss is reduced: to its mean, unless something else is asked for."""
    if args.more is not None or args.more_keywords is not None:
        return UNKNOWN
    reduce = args.value(None, "reduce")  # as it was asked for once
    if reduce is not None and truth_of(reduce) is not True:
        return UNKNOWN
    by_place = [argument.value for argument in args.positional if not argument.value.tensors]
    if any(given != NONE for given in by_place):
        return UNKNOWN
    return args.value(None, "reduction") or value(Constant("mean"))


def _make_container(run: Run, dotted: str, args: Arguments, node: ast.AST) -> Value:
    items: dict[object, Value] = {}
    rest = NOTHING
    for position, argument in enumerate(args.positional):
        for each in argument.value.alternatives:
            if isinstance(each, Ref) and run.object(each).kind is not Kind.INSTANCE:
                held = run.object(each)
                items.update(held.items)
                rest = join(rest, held.rest)
            elif isinstance(each, (Many, Tuple)):
                rest = join(rest, each.element if isinstance(each, Many) else join_all(each.items))
            else:
                items[position] = argument.value
    if args.more is not None:
        rest = join(rest, args.more)
    return run.allocate(node, Object(Kind.INSTANCE, dotted, items, rest))


# The parts of a module.


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


def _tensors_of(run: Run, ref: Ref, role: str) -> Iterator[Tensor]:
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
        for tensor in _tensors_of(run, each, "parameter"):
            axes = tensor.ndim if run.file.asks_for_axes else None
            known = found.get(axes)
            found[axes] = tensor if known is None else join_tensors(known, tensor)
    if not found:
        held = run.object(ref)
        if isinstance(held.cls, ClassInfo) and any(True for _ in children(run, ref)):
            return NOTHING
        return value(Tensor(owner=ref.address))
    return join_all(value(replace(each, owner=ref.address)) for each in found.values())


def _change_tensors(run: Run, ref: Ref, change: Callable[[Tensor], Tensor]) -> None:
    """Change the tensors that the module and those inside it hold, in place."""
    for each in tree(run, ref):
        held = run.object(each)
        items = {name: item.with_tensors(change) for name, item in held.items.items()}
        run.store(each, replace(held, items=items))


def move(run: Run, ref: Ref, where: Placement) -> None:
    """`module.to(...)`: parameters and buffers move, in place."""
    _change_tensors(run, ref, lambda t: _moved(t, where) if t.role else t)


def _moved(tensor: Tensor, where: Placement) -> Tensor:
    if where.device is not None:
        tensor = replace(tensor, device=where.device, device_reason=where.reason)
    if where.dtype is not None:
        floating = {d for d in tensor.dtype if "float" in d or "complex" in d or d == "?"}
        if floating:
            tensor = replace(tensor, dtype=where.dtype)
    return tensor


def unplace(run: Run, ref: Ref, device: Device) -> None:
    """Some parameters of a module, nobody knows which, may be on this device from now on."""
    _change_tensors(run, ref, lambda t: replace(t, device=t.device | device))


def _mark(run: Run, ref: Ref, mark: Mode[frozenset[Address]]) -> None:
    run.state.set(mark, run.state.marked(mark) | {ref.address})


def freeze(run: Run, ref: Ref, grad: Grad, axes: Collection[int | None] = (None,)) -> None:
    """`requires_grad_(...)` on all parameters, or on those that have such numbers of axes.

    Args:
        run: the run.
        ref: the module.
        grad: do they require grad from now on?
        axes: the numbers of axes; None is any number.
    """

    def limited(tensor: Tensor) -> Tensor:
        meant = tensor.ndim in axes or None in axes or tensor.ndim is None
        if tensor.role != "parameter" or not meant:
            return tensor
        return replace(tensor, grad=limit_grad(grad, tensor.dtype))

    _change_tensors(run, ref, limited)


def call_module_method(
    run: Run, ref: Ref, name: str, args: Arguments, node: ast.AST
) -> Value | None:
    """What a method that every module has gives back; None if it is not one."""
    if name == "apply":
        run.call(args.value(0, "fn") or NOTHING, pass_values(_inside(run, ref, "modules")), node)
    if name in ("apply", "_apply") or (name == "load_state_dict" and "assign" in args.keywords):
        for each in list(tree(run, ref)):
            _mark(run, each, HANDLED)
    if name == "compile":
        trace(run, value(ref), node)
    if name in _SELF:
        return value(ref)
    if name in ("to", "cuda", "cpu", "xpu", "type") or name in _CASTS:
        move(run, ref, method_placement(name, args, node))
        return value(ref)
    if name == "requires_grad_":
        freeze(run, ref, grad_given(run, args.get(0, "requires_grad"), True))
        return value(ref)
    if name in ("parameters", "buffers"):
        return value(Many(_of_role(run, ref, name)))
    if name in ("named_parameters", "named_buffers"):
        return value(Many(value(Tuple((STRING, _of_role(run, ref, name))))))
    if name in ("children", "modules"):
        return value(Many(_inside(run, ref, name)))
    if name in ("named_children", "named_modules"):
        return value(Many(value(Tuple((STRING, _inside(run, ref, name))))))
    if name == "state_dict":
        kept = args.value(None, "keep_vars")
        whole = parameters_of(run, ref)
        keeps = kept is not None and truth_of(kept) is not False
        return run.allocate(node, Object(Kind.DICT, rest=whole if keeps else _detached(whole)))
    if name.startswith("register_forward_hook"):
        hook = args.value(0, "hook") or NOTHING
        held = run.object(ref)
        old = held.items.get(HOOKS, NOTHING)
        run.store(ref, replace(held, items={**held.items, HOOKS: join(old, hook)}))
        return UNKNOWN
    if name == "register_forward_pre_hook":
        _mark(run, ref, SCATTERED)
        return UNKNOWN
    if name in ("register_buffer", "register_parameter", "add_module", "register_module"):
        _register(run, ref, name, args)
        return value(Constant(None))
    if name in ("append", "extend", "insert"):
        added = args.value(1 if name == "insert" else 0) or NOTHING
        inside = iterate(run, added) if name == "extend" else added
        run.store(ref, run.object(ref).with_rest(inside))
        return value(ref)
    if name in ("values", "items"):
        inside = run.object(ref).elements()
        return value(Many(inside if name == "values" else value(Tuple((STRING, inside)))))
    return None


def method_placement(name: str, args: Arguments, node: ast.AST) -> Placement:
    """What `.to(...)`, `.cuda()`, `.cpu()`, `.half()` and the like ask for."""
    if name == "to":
        return placement(args, node)
    if name in ("cuda", "xpu"):
        return Placement(Device.ACCELERATOR, None, device_reason(Device.ACCELERATOR, node))
    if name == "cpu":
        return Placement(Device.CPU)
    if name in _CASTS:
        return Placement(None, frozenset({_CASTS[name]}))
    return Placement()


def _of_role(run: Run, ref: Ref, name: str) -> Value:
    if name.endswith("parameters"):
        return parameters_of(run, ref)
    found = [value(t) for each in tree(run, ref) for t in _tensors_of(run, each, "buffer")]
    return join_all(found) if found else value(Tensor(grad=Grad.NO))


def _inside(run: Run, ref: Ref, name: str) -> Value:
    found = list(tree(run, ref)) if name.endswith("modules") else list(children(run, ref))
    return Value(tuple(found)) if found else UNKNOWN


def _detached(whole: Value) -> Value:
    return Value(tuple(detached(t) for t in whole.tensors)) or UNKNOWN


def _register(run: Run, ref: Ref, name: str, args: Arguments) -> None:
    given, what = args.value(1, "tensor", "param", "module"), args.value(0, "name")
    if given is None or what is None:
        return
    role = {"register_buffer": "buffer", "register_parameter": "parameter"}.get(name, "")
    new = given.with_tensors(lambda t: replace(t, role=role))
    for constant in what.constants:
        run.store(ref, run.object(ref).with_item(constant.value, new))
