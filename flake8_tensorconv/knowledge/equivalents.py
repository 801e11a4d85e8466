"""What only one of tensors and arrays has, and what does exactly the same on the other side."""

from __future__ import annotations

import enum
from dataclasses import dataclass

#: Attributes that are no methods, of `torch.Tensor` alone and of `numpy.ndarray` alone.
TORCH_ONLY_VALUES = frozenset(
    {"grad", "grad_dtype", "grad_fn", "is_cpu", "is_cuda", "is_ipu", "is_leaf", "is_maia",
     "is_meta", "is_mkldnn", "is_mps", "is_mtia", "is_nested", "is_quantized", "is_sparse",
     "is_sparse_csr", "is_vulkan", "is_xla", "is_xpu", "layout", "output_nr", "requires_grad",
     "retains_grad"}
)  # fmt: skip
NUMPY_ONLY_VALUES = frozenset({"base", "ctypes", "flags", "flat", "strides"})


class Form(enum.Enum):
    """How the equivalent is written."""

    NOTHING = "nothing"  # the receiver itself
    METHOD = "method"  # another method with the same arguments
    ATTRIBUTE = "attribute"  # an attribute instead of a call
    FUNCTION = "function"  # a function of the receiver's library, with the receiver in front
    CAST = "cast"  # the receiver's library's cast, to a dtype named here
    CAST_TO = "cast to"  # the same, to the dtype that is the argument


@dataclass(frozen=True)
class Equivalent:
    """What does on one side what a method does on the other.

    Attributes:
        form: how it is written.
        name: of the method, attribute or function; of the dtype of a cast.
        arguments: how many arguments it can be called with, at most.
    """

    form: Form
    name: str = ""
    arguments: int = 0


_NOTHING = Equivalent(Form.NOTHING)
#: `np.exp(a)` for `a.exp()`, and so on.
_SAME_FUNCTIONS = (
    "abs", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "ceil", "cos", "cosh",
    "deg2rad", "exp", "exp2", "expm1", "floor", "isfinite", "isinf", "isnan", "log", "log10",
    "log1p", "log2", "negative", "positive", "rad2deg", "reciprocal", "sign", "signbit", "sin",
    "sinh", "sqrt", "square", "tan", "tanh", "trunc",
)  # fmt: skip

#: By the name of a method of `torch.Tensor` that arrays lack.
FOR_ARRAYS: dict[str, Equivalent] = {
    "numpy": _NOTHING,
    "detach": _NOTHING,
    "cpu": _NOTHING,
    "clone": Equivalent(Form.METHOD, "copy"),
    "permute": Equivalent(Form.METHOD, "transpose", 9),
    "numel": Equivalent(Form.ATTRIBUTE, "size"),
    "dim": Equivalent(Form.ATTRIBUTE, "ndim"),
    "t": Equivalent(Form.ATTRIBUTE, "T"),
    "unsqueeze": Equivalent(Form.FUNCTION, "expand_dims", 1),
    **{name: Equivalent(Form.FUNCTION, name) for name in _SAME_FUNCTIONS},
    "float": Equivalent(Form.CAST, "float32"),
    "double": Equivalent(Form.CAST, "float64"),
    "half": Equivalent(Form.CAST, "float16"),
    "long": Equivalent(Form.CAST, "int64"),
    "int": Equivalent(Form.CAST, "int32"),
    "short": Equivalent(Form.CAST, "int16"),
    "bool": Equivalent(Form.CAST, "bool"),
    "to": Equivalent(Form.CAST_TO, arguments=1),
    "type": Equivalent(Form.CAST_TO, arguments=1),
}

#: By the name of a method of `numpy.ndarray` that tensors lack.
FOR_TENSORS: dict[str, Equivalent] = {
    "copy": Equivalent(Form.METHOD, "clone"),
    "conjugate": Equivalent(Form.METHOD, "conj"),
    "fill": Equivalent(Form.METHOD, "fill_", 1),
    "astype": Equivalent(Form.CAST_TO, arguments=1),
}

#: Dtypes that both libraries have, with the names that all their versions know.
SHARED_DTYPES = {
    "bool": ("bool", "bool_"),
    **{
        name: (name, name)
        for name in (
            "uint8", "int8", "int16", "int32", "int64",
            "float16", "float32", "float64", "complex64", "complex128",
        )
    },
}  # fmt: skip


def dtype_name(dtype: str, library: str) -> str | None:
    """What a library calls a dtype that the other has too; None if it has no such dtype."""
    names = SHARED_DTYPES.get(dtype)
    return None if names is None else names[0 if library == "torch" else 1]
