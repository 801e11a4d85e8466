"""The simulated accelerator and torch's own stand-in for CUDA agree on every operator of op_db.

torch can work out where the results of CUDA operations would be, and which operands CUDA would
refuse, without a device: `FakeTensorMode`, which its compiler uses. It computes no numbers; the
simulation does. Where the two differ, the reason is written down.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("expecttest", reason="torch's operator samples import it")

from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode  # noqa: E402
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402
from torch.utils._pytree import tree_leaves, tree_map  # noqa: E402

from flake8_tensorconv.verify.simulated import accelerator  # noqa: E402

pytestmark = pytest.mark.skipif(
    torch.__version__.split("+")[0] != "2.13.0", reason="the differences are those of torch 2.13"
)

#: Which of the tensors of a sample are on the accelerator, by their place among them.
WHICH: dict[str, Callable[[int], bool]] = {
    "all": lambda place: True,
    "the first": lambda place: place == 0,
    "all but the first": lambda place: place > 0,
}
SAMPLES = 2
NUMBERS = "a number in host memory joins here; the stand-in refuses it"
TYPES = "CUDA compares the types of the operands; the stand-in does not"
COPIES = "copies between devices inside, which the simulation refuses"
DIFFERENT = {
    **dict.fromkeys((f"nn.functional.conv{n}d" for n in (1, 2, 3)), TYPES),
    **dict.fromkeys((f"nn.functional.conv_transpose{n}d" for n in (1, 2, 3)), TYPES),
    "native_dropout_backward": TYPES,
    "_unsafe_masked_index_put_accumulate": TYPES,
    "diagonal_scatter": COPIES,
    "slice_scatter": COPIES,
    "nn.functional.multi_margin_loss": NUMBERS,
    "nn.functional.multilabel_margin_loss": NUMBERS,
    "nextafter": NUMBERS,
    "index_copy": NUMBERS,
    "index_add": NUMBERS,
    "_segment_reduce": NUMBERS,
    "nn.functional.linear_cross_entropy": "asks for memory of the CUDA backend by name",
    "linalg.matrix_rank": "the rank of nothing is made without looking at the operand",
}
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


def test_devices_of_results_and_refusals_are_those_of_cuda() -> None:
    compared, different = 0, set()
    for operator, sample, which in calls():
        expected = stood_in_for(operator, sample, which)
        if expected is None:  # it depends on the numbers, which the stand-in does not have
            continue
        compared += 1
        if simulated(operator, sample, which) != expected:
            different.add(operator.name)
    assert compared > 2_000
    assert different == set(DIFFERENT)
