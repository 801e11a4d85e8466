"""The parameters of the layers of `torch.nn`: those of each layer, and of a whole model."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.engine.placement import device_of, device_reason, dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import length_of
from flake8_tensorconv.knowledge.torch_modules import Module
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.objects import PARAMETERS
from flake8_tensorconv.lattice.storages import field_of
from flake8_tensorconv.lattice.values import NONE, Device, Grad, Tensor, Value, value
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.narrowing.known_tests import truth_given


def make_parameters(run: Run, node: ast.AST, device: Device, dtype: str) -> Tensor:
    """The parameters of a freshly made module."""
    return Tensor(
        grad=Grad.YES,
        device=device,
        dtype=frozenset({dtype}),
        storages=run.fresh(node),
        role="parameter",
        grad_reason=Reason(node, "parameters of `{code}`"),
        device_reason=device_reason(device, node),
    )


def layer_parameters(
    run: Run, record: Module | None, args: Arguments, node: ast.AST
) -> dict[str, Value]:
    """The parameters of a freshly made layer, by name where the names are known.

    Args:
        run: the run.
        record: the class of the layer; None if that is not known.
        args: what it is given.
        node: where it is made.
    """
    if record is not None and not record.parameters and not record.own:
        return {}
    device = run.state.default_device
    given = args.value(None, "device")
    if given is not None:
        device = device_of(given, node)[0] or device
    dtype = "float32"
    asked = args.value(None, "dtype")
    if asked is not None and (named := dtype_of(asked)) is not None and len(named) == 1:
        dtype = next(iter(named))
    made = make_parameters(run, node, device, dtype)
    if record is None or args.more is not None or args.more_keywords is not None:
        return {PARAMETERS: value(made)} if record is None or record.parameters else {}
    missing: set[str | int] = set()
    for switch in record.switches:
        if truth_given(run, args.get(switch.place, switch.name), switch.default) is False:
            missing |= switch.lost
    if not record.own:
        axes = [axes for axes in record.axes if axes not in missing]
        return {
            PARAMETERS: join_all(value(replace(made, ndim=each)) for each in axes) or value(made)
        }
    shape = None if record.shape is None else args.value(record.shape, NORMALIZED_SHAPE)
    whole = None if shape is None else length_of(run, shape)
    return {
        name: NONE
        if name in missing
        else value(
            replace(
                made,
                storages=field_of(made.storages, name),
                ndim=axes if record.shape is None else whole,
            )
        )
        for name, axes in record.own.items()
    }


#: The argument whose length is the number of axes of the parameters of a layer that norms.
NORMALIZED_SHAPE = "normalized_shape"
