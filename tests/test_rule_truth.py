"""The facts that the rules rest on, asked of the installed torch and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from flake8_tensorconv.rules.tnc103_no_numpy_dtype import CASTS, UNCHANGED
from flake8_tensorconv.rules.tnc104_not_plain_strided import CURES

pytestmark = pytest.mark.filterwarnings("ignore")

DTYPES = sorted(
    {str(each).removeprefix("torch.") for each in vars(torch).values() if type(each) is torch.dtype}
)
PLAIN = torch.tensor([1 + 2j, 3 - 4j])


def converts(tensor: torch.Tensor) -> bool:
    try:
        tensor.numpy()
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("name", DTYPES)
def test_the_dtypes_that_numpy_lacks(name: str) -> None:
    assert converts(torch.empty(2, dtype=getattr(torch, name))) == (name not in CASTS)


@pytest.mark.parametrize("name", [name for name in DTYPES if "float" in CASTS.get(name, "")])
def test_casts_are_exact(name: str) -> None:
    values = torch.tensor([0.25, 0.5, 1, 2]).to(getattr(torch, name))
    array = getattr(values, CASTS[name])().numpy()
    assert array.tolist() == [0.25, 0.5, 1, 2]


@pytest.mark.parametrize("name", ["qint8", "quint8", "qint32"])
def test_quantized_tensors_become_floats(name: str) -> None:
    values = torch.quantize_per_tensor(torch.tensor([0.5, 1.0]), 0.5, 0, getattr(torch, name))
    assert not converts(values)
    assert values.dequantize().numpy().tolist() == [0.5, 1.0]


@pytest.mark.parametrize("name", ["quint4x2", "quint2x4"])
def test_packed_quantized_tensors_become_floats(name: str) -> None:
    values = torch.quantize_per_channel(
        torch.ones(2, 4), torch.ones(2), torch.zeros(2), 0, getattr(torch, name)
    )
    assert values.dequantize().numpy().tolist() == [[1.0] * 4] * 2


@pytest.mark.parametrize(
    ("cast", "name"), [(cast, name) for cast in UNCHANGED for name in UNCHANGED[cast]]
)
def test_casts_leave_alone_what_needs_none(cast: str, name: str) -> None:
    plain = torch.ones(3, dtype=getattr(torch, name))
    assert np.shares_memory(getattr(plain, cast)().numpy(), plain.numpy())


@pytest.mark.parametrize("method", ["detach", "cpu", *(cure for *_, cure, _ in CURES)])
def test_guards_return_a_plain_tensor_as_it_is(method: str) -> None:
    guarded = getattr(PLAIN, method)()
    assert np.shares_memory(guarded.numpy(), PLAIN.numpy())
    assert not guarded.requires_grad


def test_a_forced_conversion_cures_what_the_rules_say() -> None:
    weight = torch.ones(3, requires_grad=True)
    assert weight.numpy(force=True).tolist() == [1, 1, 1]
    assert PLAIN.conj().numpy(force=True).tolist() == [1 - 2j, 3 + 4j]
    assert PLAIN.conj().imag.numpy(force=True).tolist() == [-2, 4]
    with pytest.raises(TypeError, match="Sparse layout"):
        torch.eye(2).to_sparse().numpy(force=True)
    with pytest.raises(NotImplementedError, match="meta"):
        torch.empty(2, device="meta").numpy(force=True)


def test_dlpack_refuses_a_gradient_in_every_grad_mode() -> None:
    weight = torch.ones(3, requires_grad=True)
    with torch.no_grad():
        assert weight.numpy().tolist() == [1, 1, 1]
        # A RuntimeError up to torch 2.6 at least.
        with pytest.raises((BufferError, RuntimeError), match="require gradient"):
            np.from_dlpack(weight)


def test_dlpack_forgets_a_negation() -> None:
    negated = PLAIN.conj().imag
    assert np.from_dlpack(negated).tolist() == [2, -4]
    assert np.from_dlpack(negated.resolve_neg()).tolist() == negated.tolist() == [-2, 4]


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.1.0", reason="no `copy` argument")
def test_dlpack_with_a_copy_keeps_the_negation() -> None:
    negated = PLAIN.conj().imag
    assert np.from_dlpack(negated, copy=True).tolist() == negated.tolist()
