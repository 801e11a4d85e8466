"""The two torch modes that make ordinary CPU tensors behave as if some were on an accelerator.

`DeviceDispatch` sees every operation below autograd: it decides where results are and refuses
to mix devices. `DeviceFunctions` sees the calls that a program writes: it answers those
constructors that never reach the dispatcher with their device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._device import _device_constructors
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from flake8_tensorconv.verify.placement import HOST, Placement, addresses

ACCELERATOR = "cuda"

# These copy between devices, or take some of their arguments from the host.
_ANY_DEVICES = frozenset(
    {"copy_", "_foreach_copy_", "set_", "_pack_padded_sequence", "resize_as_"}
    | {"_has_compatible_shallow_copy_type"}
)
_INDEXING = frozenset({"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index"})
_CONVOLUTIONS = frozenset({"convolution", "_convolution", "conv1d", "conv2d", "conv3d"})

# Constructors whose result may be (a view of) what they were given.
_ALIASING = frozenset({torch.as_tensor, torch.asarray})

# Arguments that these operations want on the host, or take from there too.
_HOST_ARGUMENTS = frozenset({"batch_sizes", "lengths", "input_lengths", "target_lengths"})

# These never show the dispatcher the tensor that decides their device.
_LIKE_FIRST = frozenset({torch.Tensor.new_tensor, torch.Tensor.new, torch.tensor})

# Operations that autocast runs in float32 on an accelerator, but not on the CPU.
# fmt: off
_FLOAT32_IN_AUTOCAST = frozenset({
    "acos", "asin", "cosh", "cosine_similarity", "cross_entropy", "cumprod", "cumsum",
    "dist", "erfinv", "exp", "expm1", "group_norm", "kl_div", "l1_loss", "layer_norm",
    "log", "log10", "log1p", "log2", "log_softmax", "mse_loss", "nll_loss", "norm",
    "normalize", "pdist", "pow", "prod", "reciprocal", "renorm", "rsqrt", "sinh",
    "smooth_l1_loss", "softmax", "softmin", "softplus", "sum", "tan",
})
# fmt: on


def simulated_device(device: object, count: int) -> torch.device | None:
    """Return the simulated device that `device` names, with its index, or None.

    Raises:
        RuntimeError: as CUDA does if the index is not below `count`.
    """
    if isinstance(device, bool) or not isinstance(device, (str, int, torch.device)):
        return None
    named = torch.device(ACCELERATOR, device) if isinstance(device, int) else torch.device(device)
    if named.type != ACCELERATOR:
        return None
    index = named.index or 0
    if index >= count:
        error = getattr(torch, "AcceleratorError", RuntimeError)
        raise error("CUDA error: invalid device ordinal")
    return torch.device(ACCELERATOR, index)


class Transfer(torch.autograd.Function):
    """The copy of a tensor on another device; its gradient goes back to where the tensor is."""

    @staticmethod
    def forward(
        ctx: Any, tensor: torch.Tensor, placement: Placement, device: torch.device
    ) -> torch.Tensor:
        """Copy `tensor` and note that the copy is on `device`."""
        ctx.placement, ctx.origin = placement, placement.device_of(tensor)
        with torch._C.DisableTorchFunction():  # uninitialized parameters refuse, but can be moved
            copy = tensor.clone()
        placement.place(copy, device)
        return copy

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        """Move the gradient of the copy to the device of the original."""
        return move(gradients[0], ctx.placement, ctx.origin), None, None


def move(tensor: torch.Tensor, placement: Placement, device: torch.device) -> torch.Tensor:
    """Return `tensor` itself if it is on `device`, else a differentiable copy there.

    Raises:
        NotImplementedError: as torch does for a meta tensor, which has no data to copy.
    """
    if tensor.is_meta:
        raise NotImplementedError("Cannot copy out of meta tensor; no data!")
    if placement.device_of(tensor) == device:
        return tensor
    copy: torch.Tensor = Transfer.apply(tensor, placement, device)
    return keep_subclass(copy, tensor)


def keep_subclass(result: torch.Tensor, tensor: torch.Tensor) -> torch.Tensor:
    """Return `result` as the subclass of tensors that `tensor` is, as torch's own methods do."""
    kind = type(tensor)
    plain = type(result) is not torch.Tensor or issubclass(kind, torch.nn.Parameter)
    return result if plain or kind is torch.Tensor else result.as_subclass(kind)


class DeviceFunctions(TorchFunctionMode):
    """Gives explicit `device=` arguments of constructors their simulated meaning."""

    def __init__(self, placement: Placement, count: int) -> None:
        super().__init__()
        self.constructing = False
        self._placement = placement
        self._count = count
        self._constructors = frozenset(_device_constructors())

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = dict(kwargs or {})
        target = self._target(func, args, kwargs)
        if torch.is_autocast_enabled() and func.__name__ in _FLOAT32_IN_AUTOCAST:
            args = [self._to_float32(arg) for arg in args]
        before, self.constructing = self.constructing, func in self._constructors
        try:
            result = func(*args, **kwargs)
        finally:
            self.constructing = before
        if target is None or not isinstance(result, torch.Tensor) or result.is_meta:
            return result
        if func in _ALIASING:
            return move(result, self._placement, target)
        self._placement.place(result, target)
        return result

    def _target(
        self, func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> torch.device | None:
        asked = kwargs.get("device")
        if asked is None and func in self._constructors:
            # The mode behind `torch.set_default_device` would name the device only after this one.
            asked = torch.utils._device.CURRENT_DEVICE
        target = simulated_device(asked, self._count)
        if target is not None:
            kwargs["device"] = HOST
        elif isinstance(asked, (str, torch.device)) and torch.device(asked).type == "cpu":
            target = HOST
        elif asked is None and func in _LIKE_FIRST and args and isinstance(args[0], torch.Tensor):
            target = self._placement.device_of(args[0])
        return target

    def _to_float32(self, value: Any) -> Any:
        if not isinstance(value, torch.Tensor) or self._placement.device_of(value) == HOST:
            return value
        return value.float() if value.dtype in (torch.float16, torch.bfloat16) else value


class DeviceDispatch(TorchDispatchMode):
    """Places the result of every operation, and refuses operations across devices."""

    def __init__(self, placement: Placement, functions: DeviceFunctions, count: int) -> None:
        super().__init__()
        self._placement = placement
        self._functions = functions
        self._count = count

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = dict(kwargs or {})
        target = simulated_device(kwargs.get("device"), self._count)
        if target is not None:
            kwargs["device"] = HOST
        if kwargs.get("pin_memory"):
            kwargs["pin_memory"] = False
        inputs = list(_tensor_arguments(func, args, kwargs))
        common = self._common_device(func, inputs)
        result = func(*args, **kwargs)
        if target is None:
            target = common
        if target is None and self._is_undecided(inputs):
            own = map(addresses, (tensor for _, tensor in inputs))
            self._place(result, None, frozenset(chain.from_iterable(own)))
        elif target is not None:
            here = [t for _, t in inputs if self._placement.decided_device_of(t) == HOST]
            # The batch sizes of a packed sequence stay on the host.
            packed = func is torch.ops.aten._pack_padded_sequence.default
            moved = result[0] if packed else result
            self._place(moved, target, frozenset().union(*map(addresses, here)))
        return result

    def _is_undecided(self, inputs: Sequence[tuple[str, torch.Tensor]]) -> bool:
        """Is a result made of nothing, or of undecided tensors and numbers only?"""
        if not inputs:
            return not self._functions.constructing
        devices = [(t, self._placement.decided_device_of(t)) for _, t in inputs]
        open_ones = any(device is None for _, device in devices)
        return open_ones and all(device is None or tensor.dim() == 0 for tensor, device in devices)

    def _place(self, result: Any, device: torch.device | None, keep: frozenset[int]) -> None:
        for leaf in tree_leaves(result):
            if isinstance(leaf, torch.Tensor) and not leaf.is_meta and not addresses(leaf) & keep:
                self._placement.place(leaf, device)

    def _common_device(
        self, func: Any, inputs: Sequence[tuple[str, torch.Tensor]]
    ) -> torch.device | None:
        """Return the device that an operation runs on, or None for the host.

        Raises:
            RuntimeError: as torch does if the operation cannot take these devices together.
        """
        devices = [(n, t, self._placement.decided_device_of(t)) for n, t in inputs]
        accelerators = [d for _, _, d in devices if d is not None and d != HOST]
        if not accelerators:
            return None
        operation = func.overloadpacket.__name__
        if operation not in _ANY_DEVICES:
            needed = [item for item in devices if item[0] not in _HOST_ARGUMENTS]
            _check_devices(func, operation, needed, accelerators[0])
        for _, tensor, device in devices:
            if device is None:
                self._placement.place(tensor, accelerators[0])
        return accelerators[0]


def _tensor_arguments(
    func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Iterator[tuple[str, torch.Tensor]]:
    names = [argument.name for argument in func._schema.arguments]
    named = [*zip(names, args, strict=False), *kwargs.items()]
    for name, value in named:
        for leaf in tree_leaves(value):
            if isinstance(leaf, torch.Tensor):
                yield name, leaf


def _check_devices(
    func: Any,
    operation: str,
    devices: Sequence[tuple[str, torch.Tensor, torch.device | None]],
    common: torch.device,
) -> None:
    if operation in _INDEXING:
        (_, _, own), *rest = devices
        if own == HOST and any(n == "indices" and d not in (HOST, None) for n, _, d in rest):
            raise RuntimeError(
                "indices should be either on cpu or on the same device as the indexed tensor (cpu)"
            )
        devices = [item for item in devices if item[0] != "indices"]
    # A number in host memory may join any operation.
    strangers = [
        (name, tensor, device)
        for name, tensor, device in devices
        if device not in (None, common) and (device != HOST or tensor.dim() > 0)
    ]
    if not strangers:
        return
    if operation in _CONVOLUTIONS:
        kinds = [_type_name(tensor, device or common) for _, tensor, device in devices]
        raise RuntimeError(
            f"Input type ({kinds[0]}) and weight type ({kinds[1]}) should be the same"
        )
    name, _, device = strangers[0]
    if torch.Tag.pointwise in func.tags:
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{common} and {device}!"
        )
    raise RuntimeError(
        f"Expected all tensors to be on the same device, but got {name} is on {device}, different "
        f"from other tensors on {common} (when checking argument in method "
        f"wrapper_CUDA_{operation})"
    )


def _type_name(tensor: torch.Tensor, device: torch.device) -> str:
    with torch._C.DisableTorchFunction():
        return device_type_name(torch._C.TensorBase.type(tensor), device)


def device_type_name(name: str, device: torch.device) -> str:
    """Return the legacy type name (`torch.FloatTensor`) as it reads on `device`."""
    return name if device == HOST else name.replace("torch.", f"torch.{device.type}.", 1)
