"""Compares the simulated accelerator with torch's own stand-in for CUDA; prints what differs.

torch can work out where the results of CUDA operations would be, and which operands CUDA would
refuse, without a device: `FakeTensorMode`, which its compiler uses. It computes no numbers; the
simulation does. A program of its own, as torch behaves otherwise once the stand-in was used.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._pytree import tree_leaves, tree_map

from flake8_tensorconv.verify.simulated import accelerator

#: Which of the tensors of a sample are on the accelerator, by their place among them.
WHICH: dict[str, Callable[[int], bool]] = {
    "all": lambda place: True,
    "the first": lambda place: place == 0,
    "all but the first": lambda place: place > 0,
}
SAMPLES = 2
#: What torch says where operands are on different devices.
REFUSALS = ("same device", "two devices", "should be the same")

Outcome = tuple[str, ...] | str | None


def outcome(call: Callable[[], Any]) -> Outcome:
    """The devices of the results; "refused"; or None if the call fails for another reason."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = call()
    except Exception as error:
        return "refused" if any(words in str(error) for words in REFUSALS) else None
    return tuple(v.device.type for v in tree_leaves(result) if isinstance(v, torch.Tensor))


def mapped(sample: Any, place: Callable[[Any, int], Any]) -> tuple[Any, Any, Any]:
    """The arguments of a sample with every tensor replaced, given it and its place among them."""
    places = iter(range(10_000))
    whole = (sample.input, sample.args, sample.kwargs)
    return tree_map(lambda v: place(v, next(places)) if isinstance(v, torch.Tensor) else v, whole)


def simulated(operator: Any, sample: Any, which: Callable[[int], bool]) -> Outcome:
    def placed(tensor: Any, place: int) -> Any:
        return tensor.detach().to("cuda") if which(place) else tensor.detach()

    with accelerator():
        first, args, keywords = mapped(sample, placed)
        return outcome(lambda: operator.op(first, *args, **keywords))


def stood_in_for(operator: Any, sample: Any, which: Callable[[int], bool]) -> Outcome:
    mode = FakeTensorMode(allow_non_fake_inputs=True)

    def placed(tensor: Any, place: int) -> Any:
        device = torch.device("cuda:0" if which(place) else "cpu")
        return FakeTensor(mode, tensor.detach().to("meta"), device)

    first, args, keywords = mapped(sample, placed)
    with mode:
        return outcome(lambda: operator.op(first, *args, **keywords))


def calls() -> Iterator[tuple[Any, Any, Callable[[int], bool]]]:
    for operator in op_db:
        if torch.float32 not in operator.supported_dtypes("cpu"):
            continue
        torch.manual_seed(0)
        for sample in islice(operator.sample_inputs("cpu", torch.float32), SAMPLES):
            tensors = tree_leaves((sample.input, sample.args, sample.kwargs))
            several = sum(isinstance(each, torch.Tensor) for each in tensors) > 1
            for which in WHICH.values() if several else [WHICH["all"]]:
                yield operator, sample, which


def main() -> None:
    """Print how many calls were compared, and the names of the operators that differ."""
    compared, different = 0, set()
    for operator, sample, which in calls():
        expected = stood_in_for(operator, sample, which)
        if expected is None:  # it depends on the numbers, which the stand-in does not have
            continue
        compared += 1
        if simulated(operator, sample, which) != expected:
            different.add(operator.name)
    print(json.dumps({"compared": compared, "different": sorted(different)}))


if __name__ == "__main__":
    main()
