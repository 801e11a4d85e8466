"""A simulated accelerator: programs that say "cuda" run unchanged on a machine without one.

Inside `accelerator()` tensors can be created on, moved to and computed with on `cuda:0`; `device`,
`is_cuda` and the like answer as on a GPU, conversions to NumPy fail with CUDA's own messages, and
operations across devices are refused. The arithmetic is the CPU's.

From the command line: `python -m flake8_tensorconv.verify.simulated PROGRAM.py [ARGUMENT ...]`.

Known limits: one process and one thread (threads started inside compute, but do not place
results); no CUDA streams, events or graphs, no DataParallel; autocast for the accelerator also
reaches CPU tensors; copies that torch makes between devices in C++ are not seen.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import numpy as np
import torch

# Imported late, inside the block, it would record the replaced functions for good.
import torch._dynamo

from flake8_tensorconv.verify.api import accelerator_members, cuda_members, generator_type
from flake8_tensorconv.verify.dispatch import (
    ACCELERATOR,
    DeviceDispatch,
    DeviceFunctions,
    device_type_name,
    keep_subclass,
    move,
    simulated_device,
)
from flake8_tensorconv.verify.placement import HOST, Placement

_active = False


@contextmanager
def accelerator(count: int = 1) -> Iterator[None]:
    """Simulate a machine with CUDA for the duration of a with block.

    Tensors made inside are ordinary CPU tensors again when the block ends, and every change to
    torch is undone.

    Args:
        count: how many devices there are.

    Raises:
        RuntimeError: if the block is nested in another one.
    """
    global _active
    if _active:
        raise RuntimeError("the simulated accelerator is already running")
    placement = Placement()
    functions = DeviceFunctions(placement, count)
    with ExitStack() as stack:
        _active = True
        stack.callback(_deactivate)
        for owner, members in _replacements(placement, count):
            for name, value in members.items():
                stack.enter_context(mock.patch.object(owner, name, value))
        stack.enter_context(functions)
        stack.enter_context(DeviceDispatch(placement, functions, count))
        yield


def _deactivate() -> None:
    global _active
    _active = False


def main(arguments: list[str]) -> int:
    """Run the program that `arguments` name as if the machine had an accelerator."""
    if not arguments:
        print("usage: python -m flake8_tensorconv.verify.simulated PROGRAM.py", file=sys.stderr)
        return 2
    sys.argv = arguments
    with accelerator():
        runpy.run_path(arguments[0], run_name="__main__")
    return 0


def _replacements(placement: Placement, count: int) -> list[tuple[Any, dict[str, Any]]]:
    replaced: list[tuple[Any, dict[str, Any]]] = [
        (torch.Tensor, _tensor_members(placement, count)),
        (torch.UntypedStorage, {"clone": _storage_clone(placement)}),
        (torch._C._nn, {"_parse_to": _parse_to(torch._C._nn._parse_to)}),
        (torch.serialization, {"_package_registry": _package_registry(placement, count)}),
        (torch, {"Generator": generator_type()}),
        (torch.autocast, _autocast_members()),
        (torch.cuda, cuda_members(placement, count)),
        (torch.backends.cudnn, {"is_acceptable": lambda tensor: False}),
    ]
    if hasattr(torch, "accelerator"):  # since 2.6
        replaced.append((torch.accelerator, accelerator_members(count)))
    return replaced


def _parse_to(original: Callable[..., Any]) -> Callable[..., Any]:
    """What `Module.to` is asked for; `Module.to(tensor)` asks for the tensor's device."""

    def parse_to(*args: Any, **kwargs: Any) -> Any:
        device, *others = original(*args, **kwargs)
        like = args[0] if args else kwargs.get("tensor")
        return (like.device if isinstance(like, torch.Tensor) else device, *others)

    return parse_to


def _tensor_members(placement: Placement, count: int) -> dict[str, Any]:
    original = torch._C.TensorBase

    def native(method: Callable[..., Any], tensor: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        # torch would look the method up by name for the modes, and so call its replacement.
        with torch._C.DisableTorchFunction():
            result = method(tensor, *args, **kwargs)
        return keep_subclass(result, tensor) if isinstance(result, torch.Tensor) else result

    original_dlpack = torch.Tensor.__dlpack__

    def device(tensor: torch.Tensor) -> torch.device:
        found = placement.device_of(tensor)
        return original.device.__get__(tensor) if found == HOST else found

    def get_device(tensor: torch.Tensor) -> int:
        index = tensor.device.index
        return -1 if index is None else index

    def to(tensor: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        """`Tensor.to` in its three forms: (other, ...), (device, ...) and (dtype, ...)."""
        like = args[0] if args else kwargs.get("other")
        if isinstance(like, torch.Tensor):
            return native(original.to, move(tensor, placement, like.device), *args, **kwargs)
        asked = kwargs.get("device") if like is None or isinstance(like, torch.dtype) else like
        target = simulated_device(asked, count)
        if isinstance(asked, (str, torch.device)) and torch.device(asked).type == "cpu":
            target = HOST
        if target is None:
            return native(original.to, tensor, *args, **kwargs)
        if args and not isinstance(args[0], torch.dtype):
            args = (HOST, *args[1:])
        else:
            kwargs["device"] = HOST
        return native(original.to, move(tensor, placement, target), *args, **kwargs)

    def cuda(
        tensor: torch.Tensor,
        device: Any = None,
        non_blocking: bool = False,
        memory_format: torch.memory_format = torch.preserve_format,
    ) -> torch.Tensor:
        target = simulated_device(ACCELERATOR if device is None else device, count)
        if target is None:
            raise RuntimeError(f"Invalid device, must be cuda device but got {device}")
        return to(tensor, target, memory_format=memory_format)

    def cpu(
        tensor: torch.Tensor, memory_format: torch.memory_format = torch.preserve_format
    ) -> torch.Tensor:
        return to(tensor, HOST, memory_format=memory_format)

    def change_type(tensor: torch.Tensor, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        if dtype is None:
            return device_type_name(native(original.type, tensor), tensor.device)
        if isinstance(dtype, torch.dtype):
            return native(original.type, tensor, dtype, *args, **kwargs)
        name = dtype if isinstance(dtype, str) else f"{dtype.__module__}.{dtype.__name__}"
        prefix = f"torch.{ACCELERATOR}."
        target = torch.device(ACCELERATOR, 0) if name.startswith(prefix) else HOST
        moved = move(tensor, placement, target)
        return native(original.type, moved, name.replace(prefix, "torch."), *args, **kwargs)

    def numpy(tensor: torch.Tensor, *, force: bool = False) -> Any:
        if tensor.layout != torch.strided or placement.device_of(tensor) == HOST:
            return native(original.numpy, tensor, force=force)
        if force:
            return native(original.numpy, cpu(tensor.detach()), force=True)
        raise TypeError(
            f"can't convert {tensor.device} device type tensor to numpy. Use Tensor.cpu() to copy "
            "the tensor to host memory first."
        )

    def dlpack(tensor: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        capsule = original_dlpack(tensor, *args, **kwargs)
        if placement.device_of(tensor) == HOST:
            return capsule
        # In reality the export works and NumPy, which asks for it, refuses the device.
        error = BufferError if int(np.__version__.split(".")[0]) >= 2 else RuntimeError
        raise error("Unsupported device in DLTensor.")

    def pin_memory(tensor: torch.Tensor, device: Any = None) -> torch.Tensor:
        if placement.device_of(tensor) != HOST:
            raise RuntimeError(f"cannot pin '{tensor.type()}' only dense CPU tensors can be pinned")
        return tensor.clone()

    return {
        "device": property(device),
        "is_cuda": property(lambda tensor: tensor.device.type == "cuda"),
        "is_cpu": property(lambda tensor: tensor.device.type == "cpu"),
        "get_device": get_device,
        "to": to,
        "cuda": cuda,
        "cpu": cpu,
        "type": change_type,
        "type_as": lambda tensor, other: to(tensor, device=other.device, dtype=other.dtype),
        "numpy": numpy,
        "__dlpack__": dlpack,
        "pin_memory": pin_memory,
    }


def _storage_clone(placement: Placement) -> Callable[[torch.UntypedStorage], torch.UntypedStorage]:
    original = torch.UntypedStorage.clone

    def clone(storage: torch.UntypedStorage) -> torch.UntypedStorage:
        copy = original(storage)
        placement.place_storage(copy, placement.storage_device(storage))
        return copy

    return clone


def _package_registry(placement: Placement, count: int) -> list[Any]:
    """How `torch.save` names the place of a storage, and `torch.load` finds it again."""

    def untyped(storage: Any) -> torch.UntypedStorage:
        return getattr(storage, "_untyped_storage", storage)

    def location(storage: Any) -> str | None:
        device = placement.storage_device(untyped(storage))
        return None if device == HOST else str(device)

    def restore(storage: Any, location: str) -> Any:
        device = simulated_device(location, count) if location.startswith(ACCELERATOR) else None
        if device is None:
            return None
        placement.place_storage(untyped(storage), device)
        return storage

    return [(0, location, restore), *torch.serialization._package_registry]


def _autocast_members() -> dict[str, Any]:
    """Autocast for the accelerator has to reach the CPU's kernels, which do the work."""
    enter, leave = torch.autocast.__enter__, torch.autocast.__exit__

    def begin(context: Any) -> Any:
        if context.device == ACCELERATOR:
            context.on_cpu = torch.autocast(
                "cpu", dtype=context.fast_dtype, enabled=context._enabled
            )
            enter(context.on_cpu)
        return enter(context)

    def end(context: Any, *error: Any) -> Any:
        result = leave(context, *error)
        if context.device == ACCELERATOR:
            leave(context.on_cpu, *error)
        return result

    return {"__enter__": begin, "__exit__": end}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
