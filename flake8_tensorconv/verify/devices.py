"""Which devices this machine can run programs on, and how programs are told of them."""

from __future__ import annotations

from flake8_tensorconv.verify.run import Device

#: How the command line names a device.
NAMES: dict[str, Device] = {
    "cpu": "cpu",
    "sim": "simulated",
    "cuda": "cuda",
    "mps": "mps",
    "xpu": "xpu",
}


class NoSuchDeviceError(Exception):
    """The device that was asked for is not there; the text says so in one line."""


def available(name: str) -> bool:
    """Is the device `name`, one of `NAMES`, on this machine? The simulated one always is."""
    import torch

    if name in ("cpu", "sim"):
        return True
    if name == "mps":
        return bool(torch.backends.mps.is_available())
    module = getattr(torch, name, None)
    return module is not None and bool(module.is_available())


def chosen(name: str) -> tuple[Device, ...]:
    """The devices that a choice on the command line stands for.

    Args:
        name: one of `NAMES`, or "auto" for all that there are.

    Raises:
        NoSuchDeviceError: the device is not there.
    """
    if name == "auto":
        return tuple(device for each, device in NAMES.items() if available(each))
    if not available(name):
        raise NoSuchDeviceError(f"this machine has no {name} device that torch can use")
    return (NAMES[name],)
