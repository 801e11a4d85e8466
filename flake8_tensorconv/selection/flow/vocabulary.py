"""What names tell, roughly: of methods, functions and types, whatever they belong to."""

from __future__ import annotations

import re

from flake8_tensorconv.knowledge.devices import ACCELERATORS
from flake8_tensorconv.knowledge.equivalents import SHARED_DTYPES

DTYPES = frozenset(name for names in SHARED_DTYPES.values() for name in names) | {
    "float", "int", "long", "double", "half", "bfloat16", "int_", "float_", "single"
}  # fmt: skip
#: Functions of torch and NumPy that give neither.
NEITHER = frozenset(
    {"device", "is_tensor", "Size", "autocast", "inference_mode", "enable_grad", "set_grad_enabled",
     "manual_seed", "finfo", "iinfo", "is_available", "device_count", "no_grad",
     "get_default_dtype", "is_floating_point", "is_complex", "get_rank", "get_world_size",
     "isscalar", "issubdtype", "ndim", "shape", "size", "iscomplexobj", "isrealobj"}
)  # fmt: skip
#: Builtins that give numbers, texts and the like.
NUMBERS = frozenset(
    {"len", "int", "float", "bool", "str", "range", "isinstance", "hasattr", "issubclass",
     "callable", "repr", "id", "format", "print", "type", "open"}
)  # fmt: skip
#: Methods that give arrays.
GIVING_ARRAYS = frozenset({"numpy", "__array__", "to_numpy", "astype"})
#: Functions that give a list or the like.
LISTS = frozenset({"list", "tuple", "sorted", "map", "filter", "zip", "reversed", "deque"})
#: Methods that put what they are given into a container.
FILLING = frozenset(
    {"append", "extend", "insert", "add", "update", "setdefault", "appendleft", "put", "push"}
)
#: Functions of torch that make a tensor on the CPU unless a device is given.
MAKING = frozenset(
    {"from_numpy", "tensor", "as_tensor", "asarray", "zeros", "ones", "empty", "full", "rand",
     "randn", "randint", "randperm", "arange", "linspace", "logspace", "eye", "load", "read_image",
     "hann_window", "hamming_window", "tril_indices", "triu_indices", "normal"}
)  # fmt: skip
#: Methods that may put a tensor on an accelerator or make it require grad.
MOVING = frozenset({"to", "cuda", "xpu", "requires_grad_"})
#: What gives the parameters of a module, or makes some.
OWNING = frozenset(
    {"parameters", "named_parameters", "state_dict", "weight", "bias", "Parameter",
     "from_pretrained"}
)  # fmt: skip
#: The name of a device that is one.
ACCELERATOR = re.compile(rf"(?:{'|'.join(sorted(ACCELERATORS))})(?![a-zA-Z_])")
#: Arguments that may do so; None stands for `**given`.
ASKING = frozenset({"device", "requires_grad", None})
#: Decorators that hand a function on as it is.
HARMLESS_DECORATORS = frozenset(
    {"property", "staticmethod", "classmethod", "contextmanager", "setter", "abstractmethod",
     "overload", "override", "wraps", "cached_property", "lru_cache", "cache", "no_grad",
     "inference_mode", "export", "ignore", "unused", "fixture", "parametrize"}
)  # fmt: skip
TENSOR_TYPE = re.compile(r"Tensor|Module|Parameter|Variable|torch\.nn\.")
ARRAY_TYPE = re.compile(r"ndarray|NDArray|ArrayLike")
#: Types of which NumPy may refuse what comes of them, whoever gives it.
REFUSED_TYPE = re.compile(r"Module|Parameter")
#: Packages of whose functions and classes NumPy may refuse what they give.
TENSOR_PACKAGE = re.compile(
    r"(torch|torchvision|torchaudio|torchmetrics|pytorch_lightning|lightning|timm|transformers)\b"
)
