"""What is called under torch.nn that is no module of the file: parameters, layers, utilities."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.contents.opaque import opaque_call
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import ndim_of
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.facts import limit_grad
from flake8_tensorconv.lattice.joins import join_tensors
from flake8_tensorconv.lattice.objects import PARAMETERS, Kind, Object
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import UNKNOWN, Grad, Tensor, Value, value
from flake8_tensorconv.libraries.torch.modules import make_module
from flake8_tensorconv.libraries.torch.operator_calls import gather
from flake8_tensorconv.libraries.torch.parameters import make_parameters
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.narrowing.known_tests import grad_given

#: They give back the module that they change.
_CHANGING_MODULES = tuple(
    f"torch.nn.utils.{name}"
    for name in ("weight_norm", "spectral_norm", "remove_", "convert_conv", "parametrizations.",
                 "parametrize.register", "prune.")
)  # fmt: skip


def call_nn(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Value:
    """What calling something of torch.nn (torch.nn.functional apart) gives back."""
    if dotted in ("torch.nn.Parameter", "torch.nn.parameter.Parameter", "torch.nn.Buffer"):
        return _parameter(run, dotted, args, node)
    if dotted.startswith("torch.nn.utils.rnn."):
        tensors = [t for a in args.all() for t in gather(run, a.value)]
        return value(joined(tensors)) if tensors else UNKNOWN
    if dotted.startswith("torch.nn.utils.parameters_to_vector"):
        inner = iterate(run, args.value(0) or UNKNOWN)
        return value(joined(list(inner.tensors))) if inner.tensors else UNKNOWN
    if dotted.startswith(("torch.nn.utils.clip_grad_norm", "torch.nn.utils.get_total_norm")):
        return value(Tensor(grad=Grad.NO, scalar=True))
    if dotted.startswith("torch.nn.utils.") and args.positional:
        changing = dotted.startswith(_CHANGING_MODULES)
        return args.positional[0].value if changing else opaque_call(run, args, node)
    bare = dotted.rsplit(".", 1)[-1]
    if bare.endswith("from_pretrained"):
        return _pretrained_embedding(run, dotted.rsplit(".", 1)[0], args, node)
    if not bare[:1].isupper():
        return opaque_call(run, args, node)
    return make_module(run, dotted, args, node)


def _pretrained_embedding(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Value:
    """`nn.Embedding.from_pretrained(vectors)`: the weights are frozen unless told otherwise."""
    source = next(iter((args.value(0, "embeddings") or UNKNOWN).tensors), Tensor())
    freeze = args.value(1, "freeze")
    frozen = True if freeze is None else truth_of(freeze)
    grad = Grad.UNKNOWN if frozen is None else Grad.NO if frozen else Grad.YES
    weight = replace(
        make_parameters(run, node, source.device, "float32"),
        grad=grad,
        dtype=source.dtype,
        blind=source.blind,
        storages=source.storages,
        ndim=2,
        device_reason=source.device_reason,
    )
    return run.allocate(node, Object(Kind.INSTANCE, dotted, {PARAMETERS: value(weight)}))


def joined(tensors: list[Tensor]) -> Tensor:
    """The tensor that may be any of several."""
    result = tensors[0]
    for tensor in tensors[1:]:
        result = join_tensors(result, tensor)
    return replace(result, role="", owner=None, sure=True)


def _parameter(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Value:
    data = args.value(0, "data") or UNKNOWN
    source = next(iter(data.tensors), Tensor())
    grad = grad_given(run, args.get(1, "requires_grad"), True)
    made = replace(make_parameters(run, node, source.device, "float32"), ndim=ndim_of(data))
    if dotted.endswith("Buffer"):
        return value(
            replace(made, role="buffer", grad=Grad.NO, dtype=source.dtype, blind=source.blind)
        )
    return value(
        replace(
            made,
            grad=limit_grad(grad, source.dtype),
            dtype=source.dtype,
            blind=source.blind,
            device_reason=source.device_reason,
            storages=source.storages or made.storages,
            grad_reason=Reason(node, "parameter made by `{code}`"),
        )
    )
