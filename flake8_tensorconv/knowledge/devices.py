"""The types of devices, as `torch.device` names them, and the methods that move there."""

from __future__ import annotations

#: Devices that a machine may lack, and whose memory NumPy cannot read. Those that torch itself
#: names in the error for an unknown device, and "npu", "mlu" and "tpu", which its extensions add.
ACCELERATORS = frozenset(
    {"cuda", "hip", "xpu", "mps", "hpu", "npu", "mtia", "xla", "ipu", "maia", "mlu", "tpu",
     "privateuseone"}
)  # fmt: skip
#: Methods of tensors and modules that move to the device that they are named after.
MOVING = frozenset({"cuda", "xpu"})
#: Who calls one of these knows that not every machine has an accelerator.
ASKING = frozenset({"is_available", "device_count", "current_accelerator"})
