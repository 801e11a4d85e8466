"""`torch.nn.Module`: parameters, placement, freezing, and the methods that every module has."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
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
from flake8_tensorconv.lattice.joins import join, join_all
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
from flake8_tensorconv.libraries.torch.structure import (
    change_tensors,
    children,
    held_by,
    in_order,
    is_module,
    is_module_class,
    modules_one_by_one,
    named,
    parameters_of,
    parameters_one_by_one,
    tensors_of,
    tree,
)
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


def move(run: Run, ref: Ref, where: Placement) -> None:
    """`module.to(...)`: parameters and buffers move, in place."""
    change_tensors(run, ref, lambda t: _moved(t, where) if t.role else t)


def _moved(tensor: Tensor, where: Placement) -> Tensor:
    if where.device is not None:
        tensor = replace(tensor, device=where.device, device_reason=where.reason)
    if where.dtype is not None:
        floating = {d for d in tensor.dtype if "float" in d or "complex" in d or d == "?"}
        if floating:
            tensor = replace(tensor, dtype=where.dtype)
    return tensor


def _mark(run: Run, ref: Ref, mark: Mode[frozenset[Address]]) -> None:
    run.state.set(mark, run.state.marked(mark) | {ref.address})


def freeze(run: Run, ref: Ref, grad: Grad) -> None:
    """`requires_grad_(...)` on all parameters."""

    def limited(tensor: Tensor) -> Tensor:
        return replace(tensor, grad=limit_grad(grad, tensor.dtype))

    change_tensors(run, ref, lambda t: limited(t) if t.role == "parameter" else t)


def call_module_method(
    run: Run, ref: Ref, name: str, args: Arguments, node: ast.AST
) -> Value | None:
    """What a method that every module has gives back; None if it is not one."""
    if name == "apply":
        together, parts = _modules(run, ref)
        for _, part in reversed(parts or [("", together)]):
            run.call(args.value(0, "fn") or NOTHING, pass_values(part), node)
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
    if name in _PARTS:
        return _parts(run, ref, name)
    if name in ("get_parameter", "get_submodule"):
        return _named_part(run, ref, name, args)
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
    if name in _REGISTERING:
        _register(run, ref, name, args)
        return value(Constant(None))
    if name in ("append", "extend", "insert"):
        added = args.value(1 if name == "insert" else 0) or NOTHING
        inside = iterate(run, added) if name == "extend" else added
        run.store(ref, run.object(ref).with_rest(inside))
        return value(ref)
    if name in ("values", "items"):
        held = run.object(ref)
        together, parts = held.elements(), None
        if held.single and not held.rest and not held.fewer:
            parts = [(str(key), held_by(ref, str(key), item)) for key, item in held.items.items()]
        if name == "values":
            return in_order(together, None if parts is None else [part for _, part in parts])
        return in_order(value(Tuple((STRING, together))), named(parts))
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


_REGISTERING = frozenset(
    {"register_buffer", "register_parameter", "add_module", "register_module", "__setattr__"}
)
#: They go through parts of a module.
_PARTS = {
    kind + what
    for kind in ("", "named_")
    for what in ("parameters", "buffers", "children", "modules")
}


def _parts(run: Run, ref: Ref, name: str) -> Value:
    """An iterator over parts of a module, with their names if these are asked for."""
    together, parts = _PARTS_OF[name.removeprefix("named_")](run, ref)
    if not name.startswith("named_"):
        return in_order(together, None if parts is None else [part for _, part in parts])
    return in_order(value(Tuple((STRING, together))), named(parts))


def _named_part(run: Run, ref: Ref, name: str, args: Arguments) -> Value:
    """`model.get_parameter("head.weight")`, `model.get_submodule("head")`."""
    asked = args.value(0, "target") or UNKNOWN
    together, parts = (_parameters if name == "get_parameter" else _modules)(run, ref)
    names = [c.value for c in asked.constants]
    found = [part for path, part in parts or () if names == [path]]
    return found[0] if found and len(asked.alternatives) == 1 else together


_Parts = tuple[Value, list[tuple[str, Value]] | None]


def _parameters(run: Run, ref: Ref) -> _Parts:
    return parameters_of(run, ref), parameters_one_by_one(run, ref)


def _buffers(run: Run, ref: Ref) -> _Parts:
    found = [value(t) for each in tree(run, ref) for t in tensors_of(run, each, "buffer")]
    parameters = parameters_one_by_one(run, ref) or ()  # layers hold theirs where these are
    places = {tensor.device for _, one in parameters for tensor in one.tensors}
    device = places.pop() if len(places) == 1 else Device.UNKNOWN
    return join_all(found) or value(Tensor(grad=Grad.NO, device=device)), None


def _modules(run: Run, ref: Ref) -> _Parts:
    parts = modules_one_by_one(run, ref)
    known = None if parts is None else [(name, value(part)) for name, part in parts]
    return value(*tree(run, ref)), known


def _children(run: Run, ref: Ref) -> _Parts:
    parts = modules_one_by_one(run, ref)
    inside = None if parts is None else [(n, value(p)) for n, p in parts if n and "." not in n]
    return value(*children(run, ref)) or UNKNOWN, inside


_PARTS_OF: dict[str, Callable[[Run, Ref], _Parts]] = {
    "parameters": _parameters,
    "buffers": _buffers,
    "modules": _modules,
    "children": _children,
}


def _detached(whole: Value) -> Value:
    return Value(tuple(detached(t) for t in whole.tensors)) or UNKNOWN


def _register(run: Run, ref: Ref, name: str, args: Arguments) -> None:
    given, what = args.value(1, "tensor", "param", "module"), args.value(0, "name")
    if given is None or what is None:
        return
    role = {"register_buffer": "buffer", "register_parameter": "parameter"}.get(name, "")
    new = given.with_tensors(lambda t: replace(t, role=role)) if role else given
    for constant in what.constants:
        run.store(ref, run.object(ref).with_item(constant.value, new))
    if len(what.constants) < len(what.alternatives):
        run.store(ref, run.object(ref).with_rest(new))
