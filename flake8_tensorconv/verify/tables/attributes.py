"""What torch has besides operators: creating functions, Python values, the names of attributes."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from flake8_tensorconv.knowledge.dtypes import DtypeRule
from flake8_tensorconv.verify.tables.observations import Record, dtype_name

_FLOATS = ([0.5, 1.0],)
_INTS = ([1, 2],)
_SHAPE = ((2, 3),)

#: Arguments of the creating functions; where there are two sets, the first are floats, the
#: second integers, and the dtype may follow them.
CREATIONS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "torch.zeros": (_SHAPE,),
    "torch.ones": (_SHAPE,),
    "torch.empty": (_SHAPE,),
    "torch.rand": (_SHAPE,),
    "torch.randn": (_SHAPE,),
    "torch.eye": ((3,),),
    "torch.full": (((2,), 1.0), ((2,), 1)),
    "torch.arange": ((3.0,), (3,)),
    "torch.range": ((0, 3.0), (0, 3)),
    "torch.linspace": ((0.0, 1.0, 3), (0, 1, 3)),
    "torch.logspace": ((0.0, 1.0, 3), (0, 1, 3)),
    "torch.randint": ((3, (2,)),),
    "torch.randperm": ((3,),),
    "torch.tril_indices": ((3, 3),),
    "torch.triu_indices": ((3, 3),),
    "torch.scalar_tensor": ((1.0,), (1,)),
    "torch.empty_strided": (((2, 3), (3, 1)),),
    "torch.empty_permuted": (((2, 3), (0, 1)),),
    "torch.normal": ((0.0, 1.0, (2,)),),
    "torch.tensor": (_FLOATS, _INTS),
    "torch.as_tensor": (_FLOATS, _INTS),
    "torch.asarray": (_FLOATS, _INTS),
    "torch.sparse_coo_tensor": (
        (torch.tensor([[0, 1]]), [0.5, 1.0], (2,)),
        (torch.tensor([[0, 1]]), [1, 2], (2,)),
    ),
    "torch.sparse_csr_tensor": ((torch.tensor([0, 1]), torch.tensor([0]), [1.0], (1, 1)),),
    "torch.fft.fftfreq": ((4,),),
    "torch.fft.rfftfreq": ((4,),),
    "torch.hann_window": ((4,),),
    "torch.hamming_window": ((4,),),
    "torch.blackman_window": ((4,),),
    "torch.bartlett_window": ((4,),),
    "torch.kaiser_window": ((4,),),
    **{
        f"torch.signal.windows.{name}": ((4,),)
        for name in torch.signal.windows.__all__
        if name not in ("general_cosine", "general_hamming")
    },
    "torch.signal.windows.general_cosine": ((4, {"a": [0.5, 0.5]}),),
    "torch.signal.windows.general_hamming": ((4,),),
    "torch.Tensor": (_SHAPE[0],),
    "torch.FloatTensor": (_SHAPE[0],),
    "torch.DoubleTensor": (_SHAPE[0],),
    "torch.HalfTensor": (_SHAPE[0],),
    "torch.BFloat16Tensor": (_SHAPE[0],),
    "torch.LongTensor": (_SHAPE[0],),
    "torch.IntTensor": (_SHAPE[0],),
    "torch.ShortTensor": (_SHAPE[0],),
    "torch.CharTensor": (_SHAPE[0],),
    "torch.ByteTensor": (_SHAPE[0],),
    "torch.BoolTensor": (_SHAPE[0],),
    "torch.zeros_like": (_FLOATS, _INTS),
    "torch.ones_like": (_FLOATS, _INTS),
    "torch.empty_like": (_FLOATS, _INTS),
    "torch.rand_like": (_FLOATS,),
    "torch.randn_like": (_FLOATS,),
    "torch.full_like": ((*_FLOATS, 1), (*_INTS, 1.5)),
    "torch.randint_like": ((*_FLOATS, 3), (*_INTS, 3)),
    "Tensor.new_tensor": ((*_FLOATS, [1, 2]), (*_INTS, [1.5])),
    "Tensor.new_zeros": ((*_FLOATS, (2,)), (*_INTS, (2,))),
    "Tensor.new_ones": ((*_FLOATS, (2,)), (*_INTS, (2,))),
    "Tensor.new_empty": ((*_FLOATS, (2,)), (*_INTS, (2,))),
    "Tensor.new_full": ((*_FLOATS, (2,), 1), (*_INTS, (2,), 1.5)),
    "Tensor.new_empty_strided": ((*_FLOATS, (2,), (1,)), (*_INTS, (2,), (1,))),
}

#: What decides the dtype where it is not fixed, by how the name begins or ends.
_FROM_TENSOR = ("_like", "Tensor.new_")


def look_up(dotted: str) -> Any:
    """The object of a dotted name below `torch` or `Tensor`; None if there is none."""
    first, *names = dotted.split(".")
    value: Any = torch if first == "torch" else torch.Tensor
    for name in names:
        value = getattr(value, name, None)
    return value


def _from_tensor(name: str) -> bool:
    return name.endswith(_FROM_TENSOR[0]) or name.startswith(_FROM_TENSOR[1])


def _takes(run: Callable[..., Any], result: torch.Tensor) -> list[str]:
    tries: dict[str, Any] = {
        "device": "cpu",
        "dtype": result.dtype,
        "out": torch.empty(0, dtype=result.dtype),
        "requires_grad": False,
    }
    taken = []
    for keyword, value in tries.items():
        try:
            run(**{keyword: value})
        except (TypeError, RuntimeError, ValueError):
            continue
        taken.append(keyword)
    return taken


def creations() -> dict[str, Record]:
    """The records of the creating functions: dtype and accepted keywords."""
    table: dict[str, Record] = {}
    for name, calls in CREATIONS.items():
        function, dtypes = look_up(name), []
        for arguments in calls:
            keywords = arguments[-1] if isinstance(arguments[-1], dict) else {}
            plain = tuple(a for a in arguments if not isinstance(a, dict))
            if _from_tensor(name):
                plain = (torch.tensor(plain[0]), *plain[1:])
            run = functools.partial(function, *plain, **keywords)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = run()
                dtypes.append(dtype_name(result.dtype))
                taken = _takes(run, result)
        rule = DtypeRule.SAME if _from_tensor(name) else DtypeRule.PROMOTE
        fixed = len(set(dtypes)) == 1 and not _from_tensor(name)
        table[name] = {"dtype": dtypes[0] if fixed else rule.value, "keywords": taken}
    return table


#: Arguments of methods that give Python values and cannot be called without any.
_VALUE_ARGUMENTS: dict[str, Callable[[torch.Tensor], tuple[Any, ...]]] = {
    "allclose": lambda x: (x,),
    "equal": lambda x: (x,),
    "is_same_size": lambda x: (x,),
    "is_set_to": lambda x: (x,),
    "register_hook": lambda x: (lambda grad: grad,),
    "register_post_accumulate_grad_hook": lambda x: (lambda grad: None,),
    "storage_type": lambda x: (),
}
#: Methods and attributes whose value depends on the element, or on what happened before.
_SAID: dict[str, tuple[str, str]] = {
    "item": ("number", "a Python number of the element's kind"),
    "backward": ("NoneType", "needs a scalar that requires grad; gives nothing"),
    "is_nonzero": ("bool", "needs a single element"),
    "is_coalesced": ("bool", "needs a sparse tensor"),
    "qscheme": ("qscheme", "needs a quantized tensor"),
    "q_scale": ("float", "needs a quantized tensor"),
    "q_zero_point": ("int", "needs a quantized tensor"),
    "grad_fn": ("Node", "None or a node of the graph"),
    "names": ("tuple", "raises without named dimensions"),
}
#: They give a tensor or an array, or raise, and are no operators: the analysis knows them itself.
_HANDLED = frozenset({"data", "grad", "numpy", "new", "type", "storage", "record_stream"})


def scalar_methods(operators: frozenset[str]) -> dict[str, str]:
    """The attributes and methods of tensors that give no tensor, with the type of what they give.

    Args:
        operators: names of the methods that give tensors.
    """
    found = {name: kind for name, (kind, _) in _SAID.items()}
    for name in sorted(tensor_attributes()):
        if name in operators or name in _HANDLED or name in found:
            continue
        matrix = torch.rand(2, 2, requires_grad=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                value = getattr(matrix, name)
                if callable(value):
                    value = value(*_VALUE_ARGUMENTS.get(name, lambda x: ())(matrix))
            except Exception:  # needs arguments, a device or another layout
                continue
        if not isinstance(value, torch.Tensor | np.ndarray):
            found[name] = type(value).__name__
    return dict(sorted(found.items()))


def scalar_functions() -> dict[str, str]:
    """Functions of torch that give no tensor, with the type of what they give."""
    x = torch.rand(2, 2)
    calls: dict[str, tuple[Any, ...]] = {
        "allclose": (x, x),
        "broadcast_shapes": ((2,), (1,)),
        "can_cast": (torch.float32, torch.float64),
        "equal": (x, x),
        "finfo": (torch.float32,),
        "get_default_dtype": (),
        "get_device": (x,),
        "get_rng_state": (),
        "iinfo": (torch.int64,),
        "initial_seed": (),
        "is_complex": (x,),
        "is_conj": (x,),
        "is_floating_point": (x,),
        "is_grad_enabled": (),
        "is_inference": (x,),
        "is_neg": (x,),
        "is_nonzero": (x[0, 0],),
        "is_same_size": (x, x),
        "is_signed": (x,),
        "is_storage": (x,),
        "is_tensor": (x,),
        "numel": (x,),
        "promote_types": (torch.float32, torch.int64),
        "result_type": (x, x),
        "seed": (),
        "typename": (x,),
    }
    for name in (
        "backends.mps.is_available",
        "compiler.is_compiling",
        "cuda.device_count",
        "cuda.is_available",
        "distributed.is_available",
        "is_autocast_enabled",
        "jit.is_scripting",
        "jit.is_tracing",
        "xpu.is_available",
    ):
        calls[name] = ()
    functions = {f"torch.{name}": look_up(f"torch.{name}") for name in calls}
    results = {
        name: functions[name](*arguments)
        for name, arguments in ((f"torch.{bare}", given) for bare, given in calls.items())
        if functions[name] is not None
    }
    return {
        name: type(value).__name__
        for name, value in results.items()
        if not isinstance(value, torch.Tensor)
    }


def tensor_attributes() -> list[str]:
    """The names of all public attributes of `torch.Tensor`."""
    return sorted(name for name in dir(torch.Tensor) if not name.startswith("_"))
