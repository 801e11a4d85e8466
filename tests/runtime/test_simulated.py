"""The simulated accelerator does as CUDA does; where there is CUDA, the same table runs there."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import machines
import numpy as np
import pytest
import torch
from machines import NEEDS_CPU, NEEDS_DETACH, TWO_DEVICES, assert_ends
from torch import nn

pytestmark = pytest.mark.filterwarnings("ignore:Sparse CSR tensor support is in beta")

# What NumPy raises where it cannot take a tensor's memory, and torch where there is no such device.
NO_DLPACK = "BufferError: " if int(np.__version__.partition(".")[0]) >= 2 else "RuntimeError: "
ACCELERATOR_ERROR = getattr(torch, "AcceleratorError", RuntimeError).__name__


@pytest.fixture(params=machines.ACCELERATORS, autouse=True)
def _machine(request: pytest.FixtureRequest) -> Iterator[None]:
    with machines.machine(request.param):
        torch.manual_seed(0)
        yield


@pytest.mark.cuda
@pytest.mark.skipif(not machines.REAL, reason="no CUDA device: all tests here run on one too")
def test_real_devices_take_part() -> None:
    assert "cuda" in str(machines.ALL)


# Tensors in every state, each made of the same numbers.
STATES: dict[str, Callable[[], torch.Tensor]] = {
    "cpu": lambda: torch.arange(4.0),
    "cuda": lambda: torch.arange(4.0).cuda(),
    "grad": lambda: torch.arange(4.0, requires_grad=True),
    "cuda grad": lambda: torch.arange(4.0, device="cuda", requires_grad=True),
    "int": lambda: torch.arange(4, device="cuda"),
    "bool": lambda: torch.arange(4, device="cuda") > 1,
    "bfloat16": lambda: torch.arange(4.0, device="cuda").bfloat16(),
    "sparse": lambda: torch.arange(4.0, device="cuda").to_sparse(),
    "csr": lambda: torch.arange(4.0, device="cuda").reshape(2, 2).to_sparse_csr(),
    "conj": lambda: torch.arange(4.0, device="cuda").to(torch.complex64).conj(),
    "neg": lambda: (torch.arange(4.0, device="cuda") * 1j).conj().imag,
    "meta": lambda: torch.arange(4.0, device="meta"),
}

WAYS: dict[str, Callable[[torch.Tensor], object]] = {
    "numpy": lambda t: t.numpy(),
    "asarray": np.asarray,
    "array of tensors": lambda t: np.array([t, t]),
    "array of elements": lambda t: np.array([t[0], t[1]]),
    "stack": lambda t: np.stack([t, t]),
    "ufunc": np.sin,
    "reduction": np.mean,
    "from_dlpack": np.from_dlpack,
    "tensor times array": lambda t: t * np.ones(4),
    "cpu": lambda t: t.cpu().numpy(),
    "to cpu": lambda t: t.to("cpu").numpy(),
    "to device cpu": lambda t: t.to(device=torch.device("cpu"), dtype=torch.float64).numpy(),
    "like a cpu tensor": lambda t: t.to(torch.zeros(1)).numpy(),
    "legacy type": lambda t: t.type("torch.FloatTensor").numpy(),
    "detach": lambda t: t.detach().numpy(),
    "data": lambda t: t.data.numpy(),
    "both": lambda t: t.detach().cpu().numpy(),
    "force": lambda t: t.numpy(force=True),
    "element": lambda t: t.flatten()[0].item(),
    "number": lambda t: float(t.flatten()[0]),
    "list": lambda t: t.tolist(),
}

OUTCOMES: tuple[tuple[str, str, str | None], ...] = (
    ("cpu", "numpy", None),
    ("cpu", "both", None),
    ("grad", "numpy", NEEDS_DETACH),
    ("grad", "detach", None),
    ("grad", "cpu", NEEDS_DETACH),
    ("cuda", "numpy", NEEDS_CPU),
    ("cuda", "asarray", NEEDS_CPU),
    ("cuda", "array of tensors", NEEDS_CPU),
    ("cuda", "array of elements", NEEDS_CPU),
    ("cuda", "stack", NEEDS_CPU),
    ("cuda", "ufunc", NEEDS_CPU),
    ("cuda", "reduction", "TypeError: mean() "),
    ("cuda", "from_dlpack", NO_DLPACK),
    ("cuda", "tensor times array", NEEDS_CPU),
    ("cuda", "cpu", None),
    ("cuda", "to cpu", None),
    ("cuda", "to device cpu", None),
    ("cuda", "like a cpu tensor", None),
    ("cuda", "legacy type", None),
    ("cuda", "detach", NEEDS_CPU),
    ("cuda", "data", NEEDS_CPU),
    ("cuda", "both", None),
    ("cuda", "force", None),
    ("cuda", "element", None),
    ("cuda", "number", None),
    ("cuda", "list", None),
    ("cuda grad", "numpy", NEEDS_CPU),
    ("cuda grad", "asarray", NEEDS_CPU),
    ("cuda grad", "from_dlpack", NO_DLPACK),
    ("cuda grad", "detach", NEEDS_CPU),
    ("cuda grad", "data", NEEDS_CPU),
    ("cuda grad", "cpu", NEEDS_DETACH),
    ("cuda grad", "to cpu", NEEDS_DETACH),
    ("cuda grad", "both", None),
    ("cuda grad", "force", None),
    ("cuda grad", "element", None),
    ("cuda grad", "list", None),
    ("int", "numpy", NEEDS_CPU),
    ("int", "cpu", None),
    ("bool", "numpy", NEEDS_CPU),
    ("bool", "cpu", None),
    ("bfloat16", "numpy", NEEDS_CPU),
    ("bfloat16", "cpu", "TypeError: Got unsupported ScalarType BFloat16"),
    ("bfloat16", "to device cpu", None),
    ("bfloat16", "force", "TypeError: Got unsupported ScalarType BFloat16"),
    ("sparse", "numpy", "TypeError: can't convert Sparse layout tensor to numpy."),
    ("sparse", "cpu", "TypeError: can't convert Sparse layout tensor to numpy."),
    ("csr", "numpy", "TypeError: can't convert SparseCsr layout tensor to numpy."),
    ("csr", "cpu", "TypeError: can't convert SparseCsr layout tensor to numpy."),
    ("conj", "numpy", NEEDS_CPU),
    ("conj", "cpu", None),
    ("conj", "force", None),
    ("neg", "numpy", NEEDS_CPU),
    ("neg", "cpu", None),
    ("neg", "force", None),
    ("meta", "numpy", "TypeError: can't convert meta device type tensor to numpy."),
    ("meta", "cpu", "NotImplementedError: Cannot copy out of meta tensor; no data!"),
)


@pytest.mark.parametrize(("state", "way", "expected"), OUTCOMES)
def test_conversions(state: str, way: str, expected: str | None) -> None:
    tensor = STATES[state]()
    assert_ends(lambda: WAYS[way](tensor), expected)


@pytest.mark.parametrize(
    ("state", "layout"),
    [("sparse", "dense"), ("csr", "dense"), ("conj", "conj"), ("neg", "neg")],
)
def test_what_is_not_plain_strided_comes_back_when_resolved(state: str, layout: str) -> None:
    resolve = {
        "dense": torch.Tensor.to_dense,
        "conj": torch.Tensor.resolve_conj,
        "neg": torch.Tensor.resolve_neg,
    }[layout]
    tensor = STATES[state]()
    assert tensor.is_cuda
    assert_ends(lambda: resolve(tensor).numpy(), NEEDS_CPU)
    array = resolve(tensor).cpu().numpy()
    assert np.array_equal(np.abs(array).ravel(), np.arange(4.0))


# Where results are

ON_DEVICE: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "arithmetic": lambda t: 2 * t + 1,
    "with a number in host memory": lambda t: t + torch.tensor(1.0),
    "comparison": lambda t: t > 1,
    "argmax": lambda t: t.argmax(),
    "view": lambda t: t.view(2, 2),
    "slice": lambda t: t[1:],
    "mask": lambda t: t[t > 1],
    "index from the host": lambda t: t[torch.tensor([0, 2])],
    "transpose": lambda t: t.view(2, 2).t().contiguous(),
    "detach": lambda t: t.detach(),
    "data": lambda t: t.data,
    "clone": lambda t: t.clone(),
    "cast": lambda t: t.double(),
    "cast by to": lambda t: t.to(torch.float16),
    "cast like": lambda t: t.to(torch.zeros(1, device="cuda").half()),
    "zeros_like": torch.zeros_like,
    "new_zeros": lambda t: t.new_zeros(3),
    "new_tensor": lambda t: t.new_tensor([1.0, 2.0]),
    "copy construct": lambda t: t.clone().new_tensor(t.tolist()),
    "stack": lambda t: torch.stack([t, t]),
    "nonzero": lambda t: t.nonzero(),
    "topk": lambda t: t.topk(2).indices,
    "one_hot": lambda t: nn.functional.one_hot(t.long()),
    "padded": lambda t: nn.functional.pad(t, (1, 1)),
    "repr does not move it": lambda t: t if repr(t) else t.cpu(),
    "deep copy": copy.deepcopy,
    "parameter": nn.Parameter,
    "zeros": lambda t: torch.zeros(3, device="cuda"),
    "zeros by index": lambda t: torch.zeros(3, device=0),
    "rand": lambda t: torch.rand(3, device=torch.device("cuda:0")),
    "arange": lambda t: torch.arange(3, device=t.device),
    "tensor": lambda t: torch.tensor([1.0], device="cuda"),
    "as_tensor": lambda t: torch.as_tensor(np.ones(3), device="cuda"),
    "from_numpy": lambda t: torch.from_numpy(np.ones(3)).to("cuda", torch.float32),
    "like on another device": lambda t: torch.ones_like(t.cpu(), device="cuda"),
    "cuda": lambda t: t.cpu().cuda(),
    "cuda by index": lambda t: t.cpu().cuda(0),
    "to an index": lambda t: t.cpu().to(0),
    "legacy type by name": lambda t: t.cpu().type("torch.cuda.FloatTensor"),
    "legacy type": lambda t: t.cpu().int().type(torch.cuda.FloatTensor),
    "legacy constructor": lambda t: torch.cuda.FloatTensor([1.0, 2.0]),
    "rand from a generator": lambda t: torch.rand(
        2, device="cuda", generator=torch.Generator(device="cuda").manual_seed(0)
    ),
    "linear": lambda t: nn.Linear(4, 2).cuda()(t),
    "lstm": lambda t: nn.LSTM(4, 2).to(t.device)(t.view(1, 1, 4))[0],
    "packed sequence": lambda t: (
        nn.utils.rnn.pack_padded_sequence(t.view(2, 2, 1), torch.tensor([2, 1])).data
    ),
    "lstm of a packed sequence": lambda t: (
        nn.LSTM(1, 2)
        .cuda()(nn.utils.rnn.pack_padded_sequence(t.view(2, 2, 1), torch.tensor([2, 1])))[0]
        .data
    ),
    "lazy module": lambda t: nn.LazyLinear(2).cuda()(t.view(1, 4)),
    "attention": lambda t: nn.MultiheadAttention(4, 2, device="cuda")(
        t.view(1, 1, 4), t.view(1, 1, 4), t.view(1, 1, 4)
    )[0],
    "convolution": lambda t: nn.Conv1d(1, 1, 2).to("cuda")(t.view(1, 1, 4)),
    "batch norm": lambda t: nn.BatchNorm1d(2).cuda()(t.view(2, 2)),
    "embedding": lambda t: nn.Embedding(4, 2).cuda()(t.long()),
    "loss": lambda t: nn.functional.cross_entropy(t.view(1, 4), torch.tensor([1]).cuda()),
}

ON_HOST: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "cpu": lambda t: t.cpu(),
    "to": lambda t: t.to("cpu"),
    "to like": lambda t: t.to(torch.zeros(1)),
    "zeros": lambda t: torch.zeros(3),
    "zeros_like there": lambda t: torch.zeros_like(t, device="cpu"),
    "as_tensor there": lambda t: torch.as_tensor(t, device="cpu"),
    "of numbers from the device": lambda t: torch.tensor([t[0], t[1]]),
    "legacy type": lambda t: t.type("torch.FloatTensor"),
    "copied into": lambda t: torch.zeros(4).copy_(t),
    "assigned into": lambda t: assigned(torch.zeros(4), t),
    "module moved back": lambda t: nn.Linear(2, 2).cuda().cpu().weight,
    "pinned": lambda t: t.cpu().pin_memory(),
}


def assigned(target: torch.Tensor, source: torch.Tensor) -> torch.Tensor:
    target[:] = source
    return target


@pytest.mark.parametrize("name", ON_DEVICE)
def test_results_are_on_the_device(name: str) -> None:
    result = ON_DEVICE[name](torch.arange(4.0, device="cuda"))
    assert str(result.device) == "cuda:0"
    assert (result.is_cuda, result.is_cpu, result.get_device()) == (True, False, 0)
    assert "device='cuda:0'" in repr(result)
    assert_ends(lambda: result.detach().numpy(), NEEDS_CPU)


@pytest.mark.parametrize("name", ON_HOST)
def test_results_are_on_the_host(name: str) -> None:
    result = ON_HOST[name](torch.arange(4.0, device="cuda"))
    assert str(result.device) == "cpu"
    assert (result.is_cuda, result.is_cpu, result.get_device()) == (False, True, -1)
    assert isinstance(result.detach().numpy(), np.ndarray)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda t: t + torch.ones(4), TWO_DEVICES),
        (lambda t: torch.ones(4) - t, TWO_DEVICES),
        (lambda t: torch.ones(4) * t[0], TWO_DEVICES),
        (lambda t: torch.ones(4) @ t, TWO_DEVICES),
        (lambda t: torch.cat([t, torch.ones(4)]), TWO_DEVICES),
        (lambda t: torch.stack([t, torch.ones(4)]), TWO_DEVICES),
        (lambda t: nn.Linear(4, 2)(t), TWO_DEVICES),
        (lambda t: nn.Linear(4, 2).cuda()(torch.ones(4)), TWO_DEVICES),
        (lambda t: nn.Embedding(4, 2).cuda()(torch.tensor([1])), TWO_DEVICES),
        (
            lambda t: torch.ones(4)[t.long()],
            "RuntimeError: indices should be either on cpu or on the same device",
        ),
        (
            lambda t: nn.Conv1d(1, 1, 2).cuda()(torch.ones(1, 1, 4)),
            "RuntimeError: Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor)",
        ),
        (lambda t: t.to("cuda:63"), f"{ACCELERATOR_ERROR}: CUDA error: invalid device ordinal"),
        (lambda t: t.pin_memory(), "RuntimeError: cannot pin 'torch.cuda.FloatTensor'"),
        (lambda t: torch.ones(2, device="meta").cuda(), "NotImplementedError: Cannot copy out of"),
    ],
)
def test_refusals(call: Callable[[torch.Tensor], object], expected: str) -> None:
    assert_ends(lambda: call(torch.arange(4.0, device="cuda")), expected)
