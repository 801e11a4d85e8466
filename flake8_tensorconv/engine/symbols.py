"""Names of other libraries: their attributes, and the constants among them."""

from __future__ import annotations

import functools

from flake8_tensorconv.lattice.values import (
    DtypeObject,
    Plain,
    Symbol,
    Value,
    value,
)

_TORCH_DTYPES = {
    "float32", "float64", "float16", "bfloat16", "complex32", "complex64", "complex128", "uint8",
    "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "bool", "qint8", "quint8",
    "qint32", "quint4x2", "quint2x4", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz",
    "float8_e5m2fnuz", "float8_e8m0fnu", "float4_e2m1fn_x2",
}  # fmt: skip
_TORCH_ALIASES = {
    "float": "float32", "double": "float64", "half": "float16", "long": "int64", "int": "int32",
    "short": "int16", "cfloat": "complex64", "cdouble": "complex128", "chalf": "complex32",
}  # fmt: skip
_NUMBERS = {"pi", "e", "inf", "nan", "euler_gamma"}

#: Other spellings of the same thing, by prefix.
_ALIASES = (
    ("torch.autograd.no_grad", "torch.no_grad"),
    ("torch.autograd.enable_grad", "torch.enable_grad"),
    ("torch.autograd.set_grad_enabled", "torch.set_grad_enabled"),
    ("torch.autograd.inference_mode", "torch.inference_mode"),
    ("torch.autograd.grad_mode.", "torch."),
    ("torch.nn.modules.linear.", "torch.nn."),
    ("torch.nn.parameter.", "torch.nn."),
    ("torch.utils.data.dataloader.", "torch.utils.data."),
    ("torch.utils.data.dataset.", "torch.utils.data."),
    ("torch.functional.", "torch."),
    ("numpy.core.", "numpy."),
    ("torch.cuda.amp.autocast", "torch.autocast"),
    ("torch.amp.autocast", "torch.autocast"),
    ("torch.autocast_mode.autocast", "torch.autocast"),
)


@functools.lru_cache(maxsize=4096)
def canonical(dotted: str) -> str:
    """The usual name of what a library offers under several."""
    for prefix, usual in _ALIASES:
        if dotted.startswith(prefix) and (prefix.endswith(".") or dotted == prefix):
            return usual + dotted[len(prefix) :]
    return dotted


@functools.lru_cache(maxsize=4096)
def symbol_value(dotted: str) -> Value:
    """What a dotted name of another library stands for."""
    dotted = canonical(dotted)
    root, _, name = dotted.rpartition(".")
    if root == "torch":
        name = _TORCH_ALIASES.get(name, name)
        if name in _TORCH_DTYPES:
            return value(DtypeObject(frozenset({name}), root))
    if root in ("numpy", "torch") and name in _NUMBERS:
        return value(Plain("float"))
    if root == "numpy" and name == "newaxis":
        return value(Plain("newaxis"))
    if root == "math" and name in ("pi", "e", "inf", "nan", "tau"):
        return value(Plain("float"))
    return value(Symbol(dotted))


def symbol_attribute(dotted: str, name: str) -> Value:
    """An attribute of an imported module or class."""
    return symbol_value(f"{dotted}.{name}")
