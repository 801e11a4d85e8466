"""What the tables say of functions and methods by their names, as far as the flow graph asks."""

from __future__ import annotations

import functools

from flake8_tensorconv.knowledge import numpy_functions, torch_operators
from flake8_tensorconv.knowledge.data_files import table
from flake8_tensorconv.selection.flow.graph import Carry

#: What gives memory of one library a second name in the other.
CONVERTING = frozenset(
    {"from_numpy", "as_tensor", "asarray", "asanyarray", "ascontiguousarray", "array",
     "from_dlpack", "frombuffer", "numpy",
     "Tensor", "FloatTensor", "DoubleTensor", "LongTensor", "IntTensor", "ShortTensor",
     "ByteTensor", "HalfTensor", "BoolTensor", "CharTensor"}
)  # fmt: skip
#: Casts and moves, which may give the tensor or array itself.
_CASTS = frozenset(
    {"to", "cpu", "cuda", "xpu", "type", "type_as", "float", "double", "half", "bfloat16", "long",
     "int", "bool", "byte", "short", "char", "contiguous", "astype", "requires_grad_", "detach",
     "data"}
)  # fmt: skip
#: What texts, dictionaries and modules of Python give that is neither.
_OF_TEXTS = frozenset({"keys", "strip", "split", "join", "format", "tobytes"})


@functools.cache
def plain_attributes() -> frozenset[str]:
    """The attributes and methods of tensors and arrays that give neither."""
    return frozenset(torch_operators.scalar_methods()) | _OF_TEXTS


@functools.cache
def known_methods() -> frozenset[str]:
    """The methods of tensors and arrays: nothing that they are given lies in what they give."""
    return torch_operators.tensor_attributes() | torch_operators.array_attributes()


def of_receiver(name: str) -> int:
    """What the result of a method of this name has of what it is called on."""
    known = name in _operators() and name not in _lying()
    if not known:
        return Carry.HOLD
    return Carry.COMPUTED if name == "copy" else Carry.FRESH


def of_arguments(name: str) -> int:
    """What the result of a function of torch or NumPy has of what it is given."""
    if name in _operators() and name not in _lying():
        return Carry.TRAITS
    return Carry.LIES


@functools.cache
def _operators() -> frozenset[str]:
    """The last names of all functions and methods that the tables know."""
    known, of_numpy = table("torch_operators"), table("numpy_functions")
    parts = (known["functions"], known["methods"], known["creations"], known["scalar_functions"],
             of_numpy["functions"], of_numpy["methods"])  # fmt: skip
    return frozenset(name.rsplit(".", 1)[-1] for part in parts for name in part)


@functools.cache
def _lying() -> frozenset[str]:
    """Those whose result may lie in the memory of an argument."""
    views = (*torch_operators.viewing_operators(), *numpy_functions.viewing_functions())
    return frozenset(name.rsplit(".", 1)[-1] for name in views) | CONVERTING | _CASTS
