"""What introductory tutorials say about tensors and arrays, run: is it true, and where?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import machines
import numpy as np
import pytest
import torch

NEEDS_DETACH = r"^Can't call numpy\(\) on Tensor that requires grad"
NEEDS_CPU = r"^can't convert cuda:0 device type tensor to numpy"


@pytest.fixture(params=machines.ALL)
def where(request: pytest.FixtureRequest) -> Iterator[str]:
    """Enter each machine in turn; yield the device that a program there would choose."""
    with machines.machine(request.param):
        yield "cuda" if torch.cuda.is_available() else "cpu"


@pytest.fixture(params=machines.ACCELERATORS)
def accelerator(request: pytest.FixtureRequest) -> Iterator[None]:
    with machines.machine(request.param):
        yield


# From NumPy to torch


def test_from_numpy_keeps_the_dtype(where: str) -> None:
    tensor = torch.from_numpy(np.eye(3))
    assert tensor.dtype == torch.float64
    assert torch.equal(tensor, torch.eye(3, dtype=torch.float64))
    assert torch.from_numpy(np.array([1, 2, 3], dtype=np.int32)).dtype == torch.int32


def test_type_changes_the_dtype_of_a_copy(where: str) -> None:
    array = np.eye(3)
    tensor = torch.from_numpy(array).type(torch.float32)
    assert tensor.dtype == torch.float32
    assert not np.shares_memory(array, tensor.numpy())


def test_sending_an_array_to_an_accelerator(accelerator: None) -> None:
    tensor = torch.from_numpy(np.eye(3)).to("cuda")
    assert (str(tensor.device), tensor.is_cuda, tensor.dtype) == ("cuda:0", True, torch.float64)


@pytest.mark.skipif(torch.cuda.is_available(), reason="has a CUDA device")
def test_without_an_accelerator_there_is_nowhere_to_send_it() -> None:
    assert not torch.cuda.is_available()
    with pytest.raises((AssertionError, RuntimeError), match=r"CUDA|NVIDIA"):
        torch.from_numpy(np.eye(3)).to("cuda")


# From torch to NumPy


def test_a_plain_cpu_tensor_converts(where: str) -> None:
    array = torch.eye(3).numpy()
    assert array.dtype == np.float32
    assert np.array_equal(array, np.eye(3))


def test_a_tensor_that_requires_grad_has_to_be_detached(where: str) -> None:
    x = torch.eye(3)
    x.requires_grad = True
    with pytest.raises(RuntimeError, match=NEEDS_DETACH):
        x.numpy()
    with pytest.raises(RuntimeError, match=NEEDS_DETACH):
        (2 * x).numpy()
    assert np.array_equal(x.detach().numpy(), np.eye(3))


def test_a_tensor_on_an_accelerator_has_to_come_back(accelerator: None) -> None:
    x = torch.eye(3).to("cuda")
    with pytest.raises(TypeError, match=NEEDS_CPU):
        x.numpy()
    with pytest.raises(TypeError, match=NEEDS_CPU):
        x.detach().numpy()
    assert np.array_equal(x.to("cpu").numpy(), np.eye(3))


def test_on_an_accelerator_and_with_grad_either_alone_is_not_enough(accelerator: None) -> None:
    x = torch.eye(3, device="cuda", requires_grad=True)
    with pytest.raises(TypeError, match=NEEDS_CPU):
        x.detach().numpy()
    with pytest.raises(RuntimeError, match=NEEDS_DETACH):
        x.to("cpu").numpy()
    assert np.array_equal(x.detach().to("cpu").numpy(), np.eye(3))


# Every kind of tensor that a program may meet; `where` is the device that it uses.
KINDS: dict[str, Callable[[str], torch.Tensor]] = {
    "plain": lambda where: torch.eye(3),
    "on the device": lambda where: torch.eye(3, device=where),
    "moved to the device": lambda where: torch.eye(3).to(where),
    "a leaf that requires grad": lambda where: torch.eye(3, requires_grad=True),
    "a leaf on the device": lambda where: torch.eye(3, device=where, requires_grad=True),
    "computed": lambda where: torch.eye(3, device=where, requires_grad=True) * 2,
    "moved with its graph": lambda where: torch.eye(3, requires_grad=True).to(where),
    "a parameter": lambda where: torch.nn.Linear(3, 3).to(where).weight,
    "a module's output": lambda where: torch.nn.Linear(3, 3).to(where)(torch.eye(3).to(where)),
    "not contiguous": lambda where: torch.arange(6.0, device=where).reshape(2, 3).t()[::2],
    "a view with grad": lambda where: torch.eye(3, device=where, requires_grad=True)[1:],
    "expanded": lambda where: torch.ones(1, 3, device=where).expand(4, 3),
    "0-d": lambda where: torch.tensor(2.5, device=where),
    "0-d with grad": lambda where: torch.ones(3, device=where, requires_grad=True).sum(),
    "empty": lambda where: torch.empty(0, 3, device=where),
    "int": lambda where: torch.arange(4, device=where),
    "uint8": lambda where: torch.arange(4, dtype=torch.uint8, device=where),
    "bool": lambda where: torch.arange(4, device=where) > 1,
    "float16": lambda where: torch.ones(3, dtype=torch.float16, device=where),
    "float64": lambda where: torch.ones(3, dtype=torch.float64, device=where),
    "complex": lambda where: torch.ones(3, dtype=torch.complex64, device=where),
    "sharing an array's memory": lambda where: torch.from_numpy(np.arange(3.0)).to(where),
}


@pytest.mark.parametrize("kind", KINDS)
def test_detaching_and_moving_to_the_cpu_always_suffices(kind: str, where: str) -> None:
    tensor = KINDS[kind](where)
    array = tensor.detach().to("cpu").numpy()
    assert array.shape == tuple(tensor.shape)
    assert array.tolist() == tensor.tolist()
    assert np.array_equal(array, tensor.numpy(force=True))


@pytest.mark.parametrize("kind", KINDS)
def test_doing_either_twice_changes_nothing(kind: str, where: str) -> None:
    tensor = KINDS[kind](where)
    detached = tensor.detach()
    assert detached.detach().data_ptr() == detached.data_ptr()
    assert not detached.requires_grad
    home = tensor.to("cpu")
    assert home.to("cpu") is home
    assert home.cpu() is home


@pytest.mark.parametrize("kind", KINDS)
def test_conversion_fails_exactly_where_something_is_missing(kind: str, where: str) -> None:
    tensor = KINDS[kind](where)
    if tensor.device.type != "cpu":
        with pytest.raises(TypeError, match=NEEDS_CPU):
            tensor.numpy()
    elif tensor.requires_grad:
        with pytest.raises(RuntimeError, match=NEEDS_DETACH):
            tensor.numpy()
    else:
        assert tensor.numpy().tolist() == tensor.tolist()


# Who shares memory with whom


def test_from_numpy_shares_memory_both_ways(where: str) -> None:
    array = np.array([1, 2, 3])
    tensor = torch.from_numpy(array)
    tensor[0] = 10
    array[1] = 20
    assert array.tolist() == tensor.tolist() == [10, 20, 3]


@pytest.mark.parametrize(
    "copy", [torch.tensor, lambda array: torch.from_numpy(array).clone()], ids=["tensor", "clone"]
)
def test_these_copy(copy: Callable[[object], torch.Tensor], where: str) -> None:
    array = np.array([4, 5, 6])
    tensor = copy(array)
    array += 1
    assert tensor.tolist() == [4, 5, 6]


def test_an_array_made_with_numpy_changes_the_tensor(where: str) -> None:
    before = torch.tensor([10.0, 11.0, 12.0])
    array = before.numpy()
    array += 1
    after = torch.from_numpy(array)
    assert after.tolist() == before.tolist() == [11.0, 12.0, 13.0]
    assert after.data_ptr() == before.data_ptr()


def test_a_tensor_on_an_accelerator_shares_no_memory(accelerator: None) -> None:
    array = np.ones(3)
    tensor = torch.from_numpy(array).to("cuda")
    array += 1
    back = tensor.cpu().numpy()
    back += 1
    assert tensor.tolist() == [1.0, 1.0, 1.0]


def test_the_legacy_constructor_does_share_memory(where: str) -> None:
    """Tutorials recommend `torch.Tensor(array)` for a copy; for float32 it is none."""
    array = np.array([13, 14, 15], dtype=np.float32)
    tensor = torch.Tensor(array)
    array += 1
    assert tensor.tolist() == [14.0, 15.0, 16.0]


@pytest.mark.parametrize("dtype", [np.float64, np.int64])
def test_the_legacy_constructor_casts_other_dtypes(dtype: type, where: str) -> None:
    array = np.array([13, 14, 15], dtype=dtype)
    tensor = torch.Tensor(array)
    array += 1
    assert tensor.dtype == torch.float32
    assert tensor.tolist() == [13.0, 14.0, 15.0]
