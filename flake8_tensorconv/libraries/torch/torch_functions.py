"""Functions of torch: creation, modes, and everything in the operator table."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.contents.loaders import LOADER, collate, make_dataset, make_loader
from flake8_tensorconv.contents.opaque import opaque_call
from flake8_tensorconv.engine.placement import device_of, dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.clashes import tell_refusals
from flake8_tensorconv.hazards.misuse import tell_array, tell_dtype
from flake8_tensorconv.knowledge.torch_operators import creation, function, scalar_functions
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.objects import PARAMETERS, Kind, Object
from flake8_tensorconv.lattice.state import DEFAULT_DEVICE, GRAD_MODE
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    BOOL,
    NONE,
    NOTHING,
    NUMBER,
    UNKNOWN,
    Constant,
    Device,
    DeviceObject,
    Grad,
    Many,
    Plain,
    Symbol,
    Tensor,
    Value,
    value,
)
from flake8_tensorconv.libraries.torch.constructors import (
    FROM_DATA,
    created,
    legacy_constructed,
    sparse,
)
from flake8_tensorconv.libraries.torch.distributions import PREFIX as DISTRIBUTIONS
from flake8_tensorconv.libraries.torch.distributions import make_distribution
from flake8_tensorconv.libraries.torch.mixtures import tell_mixed
from flake8_tensorconv.libraries.torch.operator_calls import apply_operator, gather
from flake8_tensorconv.libraries.torch.parameters import make_parameters
from flake8_tensorconv.libraries.torch.tensor_method_handlers import conjugated, unique
from flake8_tensorconv.libraries.torch.tensor_methods import SCALARS, call_tensor_method
from flake8_tensorconv.libraries.torch.torch_nn import call_nn, joined
from flake8_tensorconv.libraries.torch.tracing import TRACER, TRACING, trace
from flake8_tensorconv.memory.effects import OPTIMIZED
from flake8_tensorconv.narrowing.classify import is_tensor_class
from flake8_tensorconv.narrowing.known_tests import truth_given

_Handler = Callable[[Run, Arguments, ast.Call], Value]

_MODULE_FACTORIES = ("torchvision.models.",)
#: What they give may have a forward of any kind, or be no module: a function, a tuple of both.
FOREIGN_FACTORIES = ("timm.", "torch.hub.", "segmentation_models_pytorch.")


def call_torch(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Value:
    """What calling a function or class of torch gives back."""
    if creation(dotted) is not None or function(dotted) is not None or dotted in FROM_DATA:
        tell_dtype(run, "torch", args, node, error="TypeError")
    tell_array(run, dotted, args.expected, node)
    handler = _HANDLERS.get(dotted)
    if handler is not None:
        return handler(run, args, node)
    if dotted.startswith("torch.sparse_"):
        return value(sparse(run, dotted, args, node))
    if is_tensor_class(dotted) and not dotted.startswith("torch.nn."):
        return value(legacy_constructed(run, dotted, args, node))
    if creation(dotted) is not None or dotted in FROM_DATA:
        return value(created(run, dotted, args, node))
    args = args.expected
    if dotted.startswith(("torch.Tensor.", "torch.tensor.")) and args.positional:
        return _unbound(run, dotted.rsplit(".", 1)[-1], args, node)
    if dotted.startswith("torch.nn.init.") and args.positional:
        own = dotted.rsplit(".", 1)[-1]
        filling = not own.startswith("_") and own != "calculate_gain"
        return args.positional[0].value if filling else opaque_call(run, args, node)
    if (given := scalar_functions().get(dotted)) is not None:
        return SCALARS.get(given, value(Plain(f"torch.{given}")))
    if dotted.startswith("torch.nn.") and not dotted.startswith("torch.nn.functional."):
        return call_nn(run, dotted, args, node)
    operator = function(dotted)
    if operator is not None:
        receiver = args.positional[0] if args.positional else None
        sure = dotted not in _OF_COLLECTIONS or _has_tensor(run, args)
        if receiver is not None and not receiver.value.tensors:
            return apply_operator(run, operator, None, args, node, node, sure=sure)
        first = receiver.value if receiver is not None else None
        rest = args.skip(1) if receiver is not None else args
        at: ast.AST = node
        if dotted.endswith("_") and receiver is not None and receiver.node is not None:
            at = ast.Attribute(receiver.node, "_")
        form = operator.with_dim if receiver is None else None
        return apply_operator(run, form or operator, first, rest, node, at, sure=sure)
    if dotted.startswith("torch.optim."):
        parameters = args.value(0, "params") or NOTHING
        return run.allocate(node, Object(Kind.INSTANCE, dotted, {OPTIMIZED: parameters}))
    if dotted.startswith(DISTRIBUTIONS) and dotted.rsplit(".", 1)[-1][:1].isupper():
        return make_distribution(run, dotted, args, node)
    if dotted.startswith("torch.cuda.") and not dotted.startswith("torch.cuda.amp"):
        if "is_" in dotted:
            return BOOL
        return NUMBER if dotted.startswith(_CUDA_NUMBERS) else opaque_call(run, args, node)
    if dotted in _RANDOM_STATES:
        return value(Tensor(True, Grad.NO, Device.CPU, frozenset({"uint8"})))
    return opaque_call(run, args, node)


#: Classes that hold many tensors (`TensorDict`, ...) take part in these, and they give their like.
_OF_COLLECTIONS = frozenset(
    f"torch.{name}"
    for name in ("cat", "concat", "concatenate", "stack", "split", "unbind", "gather", "clone",
                 "squeeze", "unsqueeze", "permute", "flatten", "unflatten", "reshape",
                 "masked_select")
)  # fmt: skip


def _has_tensor(run: Run, args: Arguments) -> bool:
    """Is something surely a tensor among the arguments, or nothing of which nobody knows?"""
    found = [tensor for argument in args.all() for tensor in gather(run, argument.value)]
    return not found or any(tensor.sure for tensor in found)


_CUDA_NUMBERS = tuple(
    f"torch.cuda.{name}"
    for name in ("current_device", "device_count", "memory_allocated", "memory_reserved",
                 "max_memory", "utilization", "initial_seed")
)  # fmt: skip
_RANDOM_STATES = {"torch.get_rng_state", "torch.random.get_rng_state", "torch.cuda.get_rng_state"}


def _unbound(run: Run, name: str, args: Arguments, node: ast.Call) -> Value:
    """`torch.Tensor.numpy(x)`."""
    receiver = args.positional[0]
    at = node if receiver.node is None else ast.Attribute(receiver.node, name)
    return run.call(run.attribute(receiver.value, name, at), args.skip(1), node)


# Single functions.


def _device(run: Run, args: Arguments, node: ast.Call) -> Value:
    found, reason = device_of(args.value(0, "device", "type") or UNKNOWN, node)
    if reason is not None:
        reason = replace(reason, text="device named by `{code}`")
    return value(DeviceObject(found or Device.UNKNOWN, reason))


def _set_grad_enabled(run: Run, args: Arguments, node: ast.Call) -> Value:
    known = truth_given(run, args.get(0, "mode"), None)
    run.state.set(
        GRAD_MODE, Grad.YES | Grad.NO if known is None else Grad.YES if known else Grad.NO
    )
    return value(Plain("torch.set_grad_enabled"))


def _set_default_device(run: Run, args: Arguments, node: ast.Call) -> Value:
    found, _ = device_of(args.value(0, "device") or UNKNOWN, node)
    run.state.set(DEFAULT_DEVICE, found or Device.CPU)
    return NONE


def _set_default_dtype(run: Run, args: Arguments, node: ast.Call) -> Value:
    run.program.other_default_dtype = True
    return NONE


def _set_default_tensor_type(run: Run, args: Arguments, node: ast.Call) -> Value:
    run.program.other_default_dtype = True
    given = args.value(0, "t") or UNKNOWN
    names = [e.dotted for e in given.alternatives if isinstance(e, Symbol)]
    names += [str(c.value) for c in given.constants]
    if names and all(".cuda." in name for name in names):
        run.state.set(DEFAULT_DEVICE, Device.ACCELERATOR)
    return NONE


def _numpy_free(run: Run, args: Arguments, node: ast.Call) -> Value:
    return BOOL


def _conj(run: Run, args: Arguments, node: ast.Call) -> Value:
    given = args.value(0, "input") or UNKNOWN
    return Value(tuple(conjugated(t, node) for t in given.tensors)) or UNKNOWN


def _method_of_first(name: str) -> _Handler:
    def handler(run: Run, args: Arguments, node: ast.Call) -> Value:
        given = args.value(0, "input") or UNKNOWN
        rest = args.skip(1)
        return join_all(call_tensor_method(run, t, name, rest, node, node) for t in given.tensors)

    return handler


def _unique(run: Run, args: Arguments, node: ast.Call) -> Value:
    return unique(run, args.value(0, "input") or UNKNOWN, args, node)


def _grad(run: Run, args: Arguments, node: ast.Call) -> Value:
    """`torch.autograd.grad(...)`: no graph unless `create_graph`."""
    for tensor in gather(run, args.value(0, "outputs") or NOTHING):
        tell_refusals(run, tensor, node)
    inputs = args.value(1, "inputs") or UNKNOWN
    keeps = args.value(None, "create_graph")
    grad = Grad.NO if keeps is None or truth_of(keeps) is False else Grad.YES
    found = gather(run, inputs)
    made = replace(joined(found), grad=grad) if found else Tensor(grad=grad)
    return value(Many(value(made)))


def _load(run: Run, args: Arguments, node: ast.Call) -> Value:
    where = args.value(1, "map_location")
    device = Device.UNKNOWN
    if where is not None:
        device = device_of(where, node)[0] or Device.UNKNOWN
    return value(Tensor(sure=False, device=device, blind=where is None))


def _same(run: Run, args: Arguments, node: ast.Call) -> Value:
    return args.value(0) or UNKNOWN


def _traced(run: Run, args: Arguments, node: ast.Call) -> Value:
    """`torch.compile(f)`; without a function it gives a decorator."""
    given = args.value(0, "model", "fn")
    if given is None:
        return value(Plain(TRACER))
    trace(run, given, node)
    return given


def _loader(run: Run, args: Arguments, node: ast.Call) -> Value:
    return make_loader(run, args, node)


def _dataset(run: Run, args: Arguments, node: ast.Call) -> Value:
    return make_dataset(run, args, node)


def _split(run: Run, args: Arguments, node: ast.Call) -> Value:
    return value(Many(args.value(0, "dataset") or UNKNOWN))


def _default_collate(run: Run, args: Arguments, node: ast.Call) -> Value:
    return collate(run, iterate(run, args.value(0, "batch") or UNKNOWN), node)


def _default_convert(run: Run, args: Arguments, node: ast.Call) -> Value:
    return collate(run, args.value(0, "data") or UNKNOWN, node)


def _where(run: Run, args: Arguments, node: ast.Call) -> Value:
    operator = function("torch.where")
    condition = args.value(0, "condition") or UNKNOWN
    branches = {name: given for name, given in args.keywords.items() if name != "condition"}
    chosen = Arguments(args.positional[1:], branches)
    if operator is None or not any(True for _ in chosen.all()):
        return value(Many(value(Tensor(grad=Grad.NO, dtype=frozenset({"int64"})))))
    tell_mixed(run, "where", args, node)
    result = apply_operator(run, operator, None, chosen, node, node)
    # The condition gives its device, never its graph.
    if condition.tensors and not any(a.value.tensors for a in chosen.all()):
        device = condition.tensors[0].device
        return result.with_tensors(lambda t: replace(t, device=device, grad=Grad.NO, sure=True))
    return result


def _grad_mode(run: Run, args: Arguments, node: ast.Call) -> Value:
    mode = run.state.grad_mode
    if mode in (Grad.YES, Grad.NO):
        return value(Constant(mode == Grad.YES))
    return BOOL


def _quantized(run: Run, args: Arguments, node: ast.Call) -> Value:
    source = next(iter((args.value(0, "input") or UNKNOWN).tensors), Tensor())
    given = args.value(None, "dtype") or (args.positional[-1].value if args.positional else None)
    dtype = dtype_of(given) if given is not None else None
    return value(
        replace(source, sure=True, dtype=dtype or frozenset({"quint8"}), grad=Grad.NO, role="")
    )


_HANDLERS: dict[str, _Handler] = {
    "torch.device": _device,
    "torch.set_grad_enabled": _set_grad_enabled,
    "torch.set_default_device": _set_default_device,
    "torch.set_default_dtype": _set_default_dtype,
    "torch.set_default_tensor_type": _set_default_tensor_type,
    "torch.is_tensor": _numpy_free,
    "torch.is_grad_enabled": _grad_mode,
    "torch.conj": _conj,
    "torch.resolve_conj": _method_of_first("resolve_conj"),
    "torch.resolve_neg": _method_of_first("resolve_neg"),
    "torch.adjoint": _method_of_first("adjoint"),
    "torch.detach": _method_of_first("detach"),
    "torch.unique": _unique,
    "torch.unique_consecutive": _unique,
    "torch.autograd.grad": _grad,
    "torch.autograd.Variable": _same,
    "torch.load": _load,
    **dict.fromkeys(TRACING, _traced),
    "torch.jit.script": _same,
    "torch.jit.trace": _same,
    "torch.quantize_per_tensor": _quantized,
    "torch.quantize_per_channel": _quantized,
    LOADER: _loader,
    "torch.utils.data.TensorDataset": _dataset,
    "torch.utils.data.random_split": _split,
    "torch.utils.data.Subset": _same,
    "torch.utils.data.default_collate": _default_collate,
    "torch.utils.data._utils.collate.default_collate": _default_collate,
    "torch.utils.data.default_convert": _default_convert,
    "torch.where": _where,
}


def is_module_factory(dotted: str) -> bool:
    """Does the call give an `nn.Module` of another library?"""
    return dotted.startswith(_MODULE_FACTORIES)


def pretrained(run: Run, node: ast.Call) -> Value:
    """A module that another library makes: parameters, and a forward nobody shows."""
    parameters = make_parameters(run, node, Device.CPU, "float32")
    contents = Object(Kind.INSTANCE, "torch.nn.Module", {PARAMETERS: value(parameters)})
    return run.allocate(node, contents)
