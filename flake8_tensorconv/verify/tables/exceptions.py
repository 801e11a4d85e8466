"""What is not measured but said by hand, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Correction:
    """A correction of a measured record, or a whole record that cannot be measured.

    Attributes:
        reason: why the measurement does not say it.
        change: the keys of the record that are replaced, or taken away by None.
    """

    reason: str
    change: dict[str, Any]


#: Entries (name, variant) of torch's database that are not run.
UNUSED_VARIANTS: dict[tuple[str, str], str] = {
    ("div", "floor_rounding"): "with rounding_mode integers stay integers; `/` is the usual case",
    ("div", "trunc_rounding"): "as for floor_rounding",
    ("linalg.lstsq", "grad_oriented"): "wraps the function and drops the names of its results",
}

#: Entries of torch's database that no table needs.
UNUSED: dict[str, str] = {
    "arange": "makes a tensor of numbers: under creations",
    "linspace": "makes a tensor of numbers: under creations",
    "logspace": "makes a tensor of numbers: under creations",
    "randn": "makes a tensor of a shape: under creations",
    "randint": "makes a tensor of a shape: under creations",
    "ones": "makes a tensor of a shape: under creations",
    "zeros": "makes a tensor of a shape: under creations",
    "full": "makes a tensor of a shape: under creations",
    "empty": "makes a tensor of a shape: under creations",
    "empty_strided": "makes a tensor of a shape: under creations",
    "empty_permuted": "makes a tensor of a shape: under creations",
    "eye": "makes a tensor of a shape: under creations",
    "scalar_tensor": "makes a tensor of a number: under creations",
    "triu_indices": "makes a tensor of a shape: under creations",
    "tril_indices": "makes a tensor of a shape: under creations",
    "broadcast_shapes": "gives no tensor",
    "item": "gives no tensor",
    "to": "its arguments decide device and dtype: the analysis knows it itself",
    "jiterator_unary": "needs CUDA",
    "jiterator_binary": "needs CUDA",
    "jiterator_4inputs_with_extra_args": "needs CUDA",
    "jiterator_binary_return_by_ref": "needs CUDA",
    "jiterator_2inputs_2outputs": "needs CUDA",
}

#: The number of results is the caller's choice, even where all samples of one have the same.
OPEN_LENGTH = frozenset(
    {
        "align_tensors",
        "broadcast_tensors",
        "chunk",
        "dsplit",
        "gradient",
        "hsplit",
        "meshgrid",
        "split",
        "split_copy",
        "split_with_sizes",
        "split_with_sizes_copy",
        "tensor_split",
        "unbind",
        "unbind_copy",
        "unravel_index",
        "unsafe_chunk",
        "unsafe_split",
        "unsafe_split_with_sizes",
        "vsplit",
    }
)

_CUDA_LIST = "in the list of autocast for CUDA though not in that for the CPU"
_FLAG = "int32 only where a flag asks for it"
_CAST = "copies unless the tensor has the dtype already, which no sample of torch's has"
_POOL = "the samples give the flag by position"


def _cast(dtype: str, grad: str = "grad") -> Correction:
    return Correction(_CAST, {"outputs": [f"{grad} maybe {dtype}"], "matmul": None})


_WITH_INDICES = {"return_indices": {"outputs": ["grad fresh same", "plain fresh int64"]}}

FUNCTIONS: dict[str, Correction] = {
    "torch.addmv": Correction(_CUDA_LIST, {"matmul": True}),
    "torch.addr": Correction(_CUDA_LIST, {"matmul": True}),
    "torch.bincount": Correction(
        "float64 where weights are given; counting is usual", {"outputs": ["plain fresh int64"]}
    ),
    "torch.bucketize": Correction(_FLAG, {"outputs": ["plain fresh int64"]}),
    "torch.float_power": Correction(
        "float64, and complex128 for complex numbers", {"outputs": ["grad fresh float64"]}
    ),
    "torch.mv": Correction(_CUDA_LIST, {"matmul": True}),
    "torch.nn.functional.adaptive_max_pool1d": Correction(_POOL, {"with_keyword": _WITH_INDICES}),
    "torch.nn.functional.adaptive_max_pool2d": Correction(_POOL, {"with_keyword": _WITH_INDICES}),
    "torch.nn.functional.adaptive_max_pool3d": Correction(_POOL, {"with_keyword": _WITH_INDICES}),
    **{
        f"torch.{name}": Correction(
            "which quantized dtype is an argument", {"outputs": ["plain fresh quint8"]}
        )
        for name in ("quantize_per_channel", "quantize_per_tensor", "quantize_per_tensor_dynamic")
    },
    "torch.searchsorted": Correction(_FLAG, {"outputs": ["plain fresh int64"]}),
    "torch.stft": Correction(
        "real numbers need return_complex=True today", {"outputs": ["grad fresh complex"]}
    ),
}

#: The same corrections hold for methods of the same name.
_AS_FUNCTIONS = ("addmv", "addr", "bincount", "float_power", "mv", "stft")

METHODS: dict[str, Correction] = {
    **{name: FUNCTIONS[f"torch.{name}"] for name in _AS_FUNCTIONS},
    "bfloat16": _cast("bfloat16"),
    "bool": _cast("bool", "plain"),
    "byte": _cast("uint8", "plain"),
    "cdouble": _cast("complex128"),
    "cfloat": _cast("complex64"),
    "chalf": _cast("complex32"),
    "char": _cast("int8", "plain"),
    "double": _cast("float64"),
    "float": _cast("float32"),
    "half": _cast("float16"),
    "int": _cast("int32", "plain"),
    "long": _cast("int64", "plain"),
    "short": _cast("int16", "plain"),
    "resize_": Correction(
        "gives its receiver, whose memory it may exchange", {"outputs": ["plain input same"]}
    ),
    "resize_as_": Correction(
        "gives its receiver, whose memory it may exchange", {"outputs": ["plain input same"]}
    ),
}

_CUDNN = "autocast lowers it on CUDA though not on the CPU"

MODULES: dict[str, Correction] = {
    "GRU": Correction(_CUDNN, {"matmul": True}),
    "GRUCell": Correction(_CUDNN, {"matmul": True}),
    "LSTMCell": Correction(_CUDNN, {"matmul": True}),
    "SyncBatchNorm": Correction(
        "needs a group of processes; a BatchNorm otherwise",
        {
            "result": "tensor",
            "dtype": "same",
            "parameters": True,
            "grad": True,
            "memory": "fresh",
        },
    ),
}
