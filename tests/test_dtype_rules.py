"""What dtype comes of dtypes: as torch and NumPy promote them, and by the rules of the tables."""

from __future__ import annotations

import itertools

import pytest

from flake8_tensorconv.knowledge.dtypes import Dtype, DtypeRule, can_require_grad, promote, resolve

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

SAME, PROMOTE, FLOAT = DtypeRule.SAME, DtypeRule.PROMOTE, DtypeRule.FLOAT
INTEGERS = ["uint8", "int8", "int16", "int32", "int64"]
FLOATS = ["float16", "float32", "float64"]
DTYPES = ["bool", *INTEGERS, *FLOATS, "complex64", "complex128"]
NUMBERS = {"python bool": True, "python int": 1, "python float": 1.5, "python complex": 1j}


@pytest.mark.parametrize(("one", "other"), list(itertools.product([*DTYPES, "bfloat16"], repeat=2)))
def test_promotion_is_that_of_torch(one: str, other: str) -> None:
    expected = torch.promote_types(getattr(torch, one), getattr(torch, other))
    assert f"torch.{promote([one, other])}" == str(expected)


@pytest.mark.parametrize(("one", "other"), list(itertools.product(DTYPES, repeat=2)))
def test_promotion_is_that_of_numpy(one: str, other: str) -> None:
    assert promote([one, other], "numpy") == str(numpy.promote_types(one, other))


@pytest.mark.parametrize(("dtype", "number"), list(itertools.product(DTYPES, NUMBERS)))
def test_promotion_with_numbers(dtype: str, number: str) -> None:
    tensor = torch.ones(2, dtype=getattr(torch, dtype))
    expected = torch.result_type(tensor, NUMBERS[number])
    assert f"torch.{promote([dtype, number])}" == str(expected)
    in_numpy = numpy.result_type(numpy.ones(2, dtype), NUMBERS[number])
    assert promote([dtype, number], "numpy") == str(in_numpy)


@pytest.mark.parametrize(
    ("rule", "operands", "expected"),
    [
        (SAME, ["int32", "float32"], "int32"),
        (DtypeRule.SECOND, ["int64", "bfloat16"], "bfloat16"),
        (PROMOTE, ["int32", "python float"], "float32"),
        (PROMOTE, ["?", "float32"], "?"),
        (FLOAT, ["int64"], "float32"),
        (FLOAT, ["bfloat16"], "bfloat16"),
        (DtypeRule.REAL, ["complex128"], "float64"),
        (DtypeRule.FLOAT_REAL, ["bool"], "float32"),
        (DtypeRule.COMPLEX, ["float64"], "complex128"),
        (DtypeRule.SUM, ["bool"], "int64"),
        (DtypeRule.SUM, ["float16"], "float16"),
        (DtypeRule.UNKNOWN, ["float32"], "?"),
        (SAME, [], "?"),
        ("int64", [], "int64"),
    ],
)
def test_rules_resolve(rule: Dtype, operands: list[str], expected: str) -> None:
    assert resolve(rule, operands) == expected


def test_numpy_has_its_own_defaults() -> None:
    assert resolve(FLOAT, ["int64"], "numpy") == "float64"
    assert resolve(DtypeRule.COMPLEX, ["int64"], "numpy") == "complex128"
    assert resolve(FLOAT, ["uint8"], "numpy") == "?"


def test_only_floating_and_complex_dtypes_can_require_grad() -> None:
    assert [can_require_grad(name) for name in ("float8_e5m2", "complex64", "int64", "?")] == [
        True,
        True,
        False,
        None,
    ]
