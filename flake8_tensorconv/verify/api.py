"""What programs ask torch about its devices, answered for simulated ones."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

from flake8_tensorconv.verify.dispatch import ACCELERATOR
from flake8_tensorconv.verify.placement import Placement

_NAME = "Simulated accelerator"
_MEMORY = 16 * 2**30
_STREAM = SimpleNamespace(is_capturing=lambda: False, synchronize=lambda: None)
_LEGACY_TYPES = (
    *("FloatTensor", "DoubleTensor", "HalfTensor", "BFloat16Tensor", "BoolTensor"),
    *("ByteTensor", "CharTensor", "ShortTensor", "IntTensor", "LongTensor"),
)


def cuda_members(placement: Placement, count: int) -> dict[str, Any]:
    """Return what takes the place of members of `torch.cuda`."""

    def nothing(*args: Any, **kwargs: Any) -> None:
        return None

    def zero(*args: Any, **kwargs: Any) -> int:
        return 0

    properties = SimpleNamespace(
        name=_NAME, major=8, minor=0, total_memory=_MEMORY, multi_processor_count=1
    )
    silent = "synchronize empty_cache set_device reset_peak_memory_stats manual_seed ipc_collect"
    silent += " manual_seed_all seed seed_all init _lazy_init"
    none_used = "memory_allocated max_memory_allocated memory_reserved max_memory_reserved"
    none_used += " current_device _exchange_device _maybe_exchange_device"
    return {
        **{name: _legacy_type(name, placement) for name in _LEGACY_TYPES},
        **dict.fromkeys(silent.split(), nothing),
        **dict.fromkeys(none_used.split(), zero),
        "current_stream": lambda device=None: _STREAM,
        "is_current_stream_capturing": lambda: False,
        "is_available": lambda: True,
        "is_initialized": lambda: True,
        "is_bf16_supported": lambda including_emulation=True: True,
        "device_count": lambda: count,
        "get_device_name": lambda device=None: _NAME,
        "get_device_capability": lambda device=None: (8, 0),
        "get_device_properties": lambda device=None: properties,
        # One generator serves all devices.
        "get_rng_state": lambda device=None: torch.get_rng_state(),
        "set_rng_state": lambda state, device=None: torch.set_rng_state(state),
        "get_rng_state_all": lambda: [torch.get_rng_state() for _ in range(count)],
        "set_rng_state_all": lambda states: torch.set_rng_state(states[0]),
        "mem_get_info": lambda device=None: (_MEMORY, _MEMORY),
    }


def accelerator_members(count: int) -> dict[str, Any]:
    """Return what takes the place of members of `torch.accelerator`."""
    return {
        "is_available": lambda: True,
        "device_count": lambda: count,
        "current_accelerator": lambda check_available=False: torch.device(ACCELERATOR),
        "current_device_index": lambda: 0,
        "set_device_index": lambda device: None,
        "current_stream": lambda device=None: _STREAM,
        "synchronize": lambda device=None: None,
    }


def generator_type() -> type[torch.Generator]:
    """Return a `torch.Generator` that can be asked for on the accelerator."""

    class Generator(torch.Generator):
        def __new__(cls, device: Any = None) -> Any:
            return super().__new__(cls)

    return Generator


def _legacy_type(name: str, placement: Placement) -> type:
    """Return the stand-in for a constructor such as `torch.cuda.FloatTensor`."""
    host_type = getattr(torch, name)

    class Meta(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, host_type) and value.device.type == ACCELERATOR

    class Legacy(metaclass=Meta):
        def __new__(cls, *args: Any) -> Any:
            tensor = host_type(*args).clone()
            placement.place(tensor, torch.device(ACCELERATOR, 0))
            return tensor

    Legacy.__name__, Legacy.__module__ = name, f"torch.{ACCELERATOR}"
    return Legacy
