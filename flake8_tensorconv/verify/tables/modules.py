"""Builds modules of `torch.nn`, runs them and notes what they own and what they give."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import torch
from torch import nn
from torch.testing._internal.common_modules import module_db

from flake8_tensorconv.knowledge.data_files import Memory
from flake8_tensorconv.knowledge.dtypes import DtypeRule
from flake8_tensorconv.verify.tables import exceptions
from flake8_tensorconv.verify.tables.clashes import doubles
from flake8_tensorconv.verify.tables.observations import Record, dtype_name, tensors_in
from flake8_tensorconv.verify.tables.owned import owned

#: How many samples of torch's database are run for each class.
_SAMPLES = 4


@dataclass(frozen=True)
class Sample:
    """A module and what it is called with."""

    build: Callable[[], nn.Module]
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


#: Classes that hold other modules (or parameters) and compute nothing themselves.
CONTAINERS = (
    "Container",
    "DataParallel",
    "Module",
    "ModuleDict",
    "ModuleList",
    "ParameterDict",
    "ParameterList",
    "Sequential",
)

#: Bases that cannot be called.
NOT_RUN: dict[str, str] = {
    "RNNBase": "base of RNN, GRU and LSTM",
    "RNNCellBase": "base of the cells",
}

#: Classes that torch's database lacks or runs in odd ways: constructor's arguments, input shapes.
_EXTRA: dict[str, tuple[tuple[Any, ...], tuple[tuple[int, ...], ...]]] = {
    "AlphaDropout": ((), ((2, 3),)),
    "BCELoss": ((), ((2, 3), (2, 3))),
    "BCEWithLogitsLoss": ((), ((2, 3), (2, 3))),
    "ChannelShuffle": ((2,), ((1, 4, 2, 2),)),
    "CosineEmbeddingLoss": ((), ((2, 3), (2, 3), (2,))),
    "CosineSimilarity": ((), ((2, 3), (2, 3))),
    "CrossMapLRN2d": ((2,), ((1, 4, 2, 2),)),
    "Dropout": ((), ((2, 3),)),
    "Dropout1d": ((), ((2, 3, 4),)),
    "Dropout2d": ((), ((2, 3, 4, 4),)),
    "Dropout3d": ((), ((2, 3, 4, 4, 4),)),
    "FeatureAlphaDropout": ((), ((2, 3, 4),)),
    "Flatten": ((), ((2, 3, 4),)),
    "Fold": (((4, 4), (2, 2)), ((1, 4, 9),)),
    "FractionalMaxPool2d": ((2, 2), ((1, 1, 4, 4),)),
    "FractionalMaxPool3d": ((2, 2), ((1, 1, 4, 4, 4),)),
    "Hardsigmoid": ((), ((2, 3),)),
    "HingeEmbeddingLoss": ((), ((2, 3), (2, 3))),
    "HuberLoss": ((), ((2, 3), (2, 3))),
    "Identity": ((), ((2, 3),)),
    "KLDivLoss": ((), ((2, 3), (2, 3))),
    "LazyBatchNorm1d": ((), ((2, 3),)),
    "LazyBatchNorm2d": ((), ((2, 3, 4, 4),)),
    "LazyBatchNorm3d": ((), ((2, 3, 4, 4, 4),)),
    "LazyInstanceNorm1d": ((), ((2, 3, 4),)),
    "LazyInstanceNorm2d": ((), ((2, 3, 4, 4),)),
    "LazyInstanceNorm3d": ((), ((2, 3, 4, 4, 4),)),
    "LazyLinear": ((2,), ((2, 3),)),
    "MSELoss": ((), ((2, 3), (2, 3))),
    "MarginRankingLoss": ((), ((2,), (2,), (2,))),
    "MultiLabelSoftMarginLoss": ((), ((2, 3), (2, 3))),
    "PairwiseDistance": ((), ((2, 3), (2, 3))),
    "PixelShuffle": ((2,), ((1, 4, 2, 2),)),
    "PixelUnshuffle": ((2,), ((1, 1, 4, 4),)),
    "PoissonNLLLoss": ((), ((2, 3), (2, 3))),
    "RReLU": ((), ((2, 3),)),
    "SmoothL1Loss": ((), ((2, 3), (2, 3))),
    "SoftMarginLoss": ((), ((2, 3), (2, 3))),
    "TripletMarginLoss": ((), ((2, 3), (2, 3), (2, 3))),
    "TripletMarginWithDistanceLoss": ((), ((2, 3), (2, 3), (2, 3))),
    "Unflatten": ((1, (1, 3)), ((2, 3),)),
    "Unfold": ((2,), ((1, 1, 4, 4),)),
    "Upsample": ((None, 2), ((1, 1, 4, 4),)),
    "UpsamplingBilinear2d": ((None, 2), ((1, 1, 4, 4),)),
    "UpsamplingNearest2d": ((None, 2), ((1, 1, 4, 4),)),
}


def _with_indices(pool: type[nn.Module], unpool: type[nn.Module], dimensions: int) -> Sample:
    values, indices = pool(2, return_indices=True)(torch.rand(1, 1, *(4,) * dimensions))
    return Sample(lambda: unpool(2), (values.detach(), indices), {})


def _special() -> dict[str, Sample]:
    """Samples whose inputs are more than floats of some shape."""
    decoder = nn.TransformerDecoderLayer(4, 2)
    bag = (torch.tensor([[0, 1], [1, 2]]),)
    log_probabilities = torch.rand(1, 2, 2, 2).log_softmax(1)
    return {
        "AdaptiveLogSoftmaxWithLoss": Sample(
            functools.partial(nn.AdaptiveLogSoftmaxWithLoss, 4, 6, [2]),
            (torch.rand(2, 4), torch.tensor([0, 1])),
            {},
        ),
        "CTCLoss": Sample(
            lambda: nn.CTCLoss(),
            (torch.rand(3, 1, 2).log_softmax(2), torch.ones(1, 1).long(), (3,), (1,)),
            {},
        ),
        "EmbeddingBag": Sample(lambda: nn.EmbeddingBag(4, 3), bag, {}),
        "MaxUnpool1d": _with_indices(nn.MaxPool1d, nn.MaxUnpool1d, 1),
        "MaxUnpool2d": _with_indices(nn.MaxPool2d, nn.MaxUnpool2d, 2),
        "MaxUnpool3d": _with_indices(nn.MaxPool3d, nn.MaxUnpool3d, 3),
        "MultiLabelMarginLoss": Sample(
            lambda: nn.MultiLabelMarginLoss(), (torch.rand(1, 2), torch.zeros(1, 2).long()), {}
        ),
        "MultiMarginLoss": Sample(
            lambda: nn.MultiMarginLoss(), (torch.rand(1, 2), torch.zeros(1).long()), {}
        ),
        "NLLLoss2d": Sample(
            lambda: nn.NLLLoss2d(), (log_probabilities, torch.zeros(1, 2, 2).long()), {}
        ),
        "TransformerDecoder": Sample(
            lambda: nn.TransformerDecoder(decoder, 1), (torch.rand(2, 1, 4),) * 2, {}
        ),
    }


def _from_database(info: Any) -> Iterator[Sample]:
    torch.manual_seed(0)
    inputs = info.module_inputs_func(
        info, device="cpu", dtype=torch.float32, requires_grad=False, training=True
    )
    callable_ones = (made for made in inputs if made.forward_input is not None)
    for made in islice(callable_ones, _SAMPLES):
        build, forward = made.constructor_input, made.forward_input
        yield Sample(
            functools.partial(info.module_cls, *build.args, **build.kwargs),
            tuple(forward.args),
            dict(forward.kwargs),
        )


def samples() -> dict[str, list[Sample]]:
    """Samples of every class of `torch.nn` that can be run, by its name."""
    found = {info.name.removeprefix("nn."): list(_from_database(info)) for info in module_db}
    for name, (constructor, shapes) in _EXTRA.items():
        cls = getattr(nn, name)
        found[name] = [
            Sample(
                functools.partial(cls, *constructor),
                tuple(torch.rand(shape) for shape in shapes),
                {},
            )
        ]
    return found | {name: [sample] for name, sample in _special().items()}


def _shape(result: Any) -> str:
    if isinstance(result, torch.Tensor):
        return "tensor"
    if isinstance(result, list | tuple):
        return f"({', '.join(map(_shape, result))})"
    return "none" if result is None else "other"


def _inputs(sample: Sample, grad: bool) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Copies of the sample's inputs; the first requires grad where that is asked for."""

    def copied(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return value.detach().clone()
        return type(value)(map(copied, value)) if isinstance(value, list | tuple) else value

    arguments = copied(sample.arguments)
    keywords = {name: copied(value) for name, value in sample.keywords.items()}
    first = next(tensors_in((*arguments, *keywords.values())))
    if grad and (first.is_floating_point() or first.is_complex()):
        first.requires_grad_()
    return arguments, keywords


def _run(module: nn.Module, sample: Sample, grad: bool) -> tuple[Any, list[torch.Tensor]]:
    arguments, keywords = _inputs(sample, grad)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = module(*arguments, **keywords)
    return result, list(tensors_in((*arguments, *keywords.values())))


def _memory(result: torch.Tensor, first: torch.Tensor) -> Memory:
    if result.numel() == 0:
        return Memory.FRESH
    if result is first:
        return Memory.INPUT
    same = result.untyped_storage().data_ptr() == first.untyped_storage().data_ptr()
    return Memory.VIEW if same else Memory.FRESH


def _observe(sample: Sample) -> Record | None:
    """What one module gives; None if the sample does not run."""
    module = sample.build()
    try:
        result, inputs = _run(module, sample, grad=False)
    except (RuntimeError, ValueError, TypeError, AssertionError):
        return None
    first = next(tensors_in(result))
    parameters = list(module.parameters())
    record: Record = {"result": _shape(result), "dtype": DtypeRule.SAME.value}
    if parameters:
        record["parameters"] = True
        if not first.requires_grad:
            raise ValueError(f"{type(module).__name__} owns parameters but its result is free")
    if not inputs[0].is_floating_point() and first.is_floating_point():
        record["dtype"] = DtypeRule.PARAMETERS.value if parameters else dtype_name(first.dtype)
    memory = {_memory(first, inputs[0])}
    module.eval()
    try:
        evaluated, inputs = _run(module, sample, grad=False)
        memory.add(_memory(next(tensors_in(evaluated)), inputs[0]))
    except (RuntimeError, ValueError):  # needs training mode
        pass
    record["one_dtype"] = _wants_its_own_dtype(sample)
    module.train().requires_grad_(False)
    through, _ = _run(module, sample, grad=True)
    record["grad"] = next(tensors_in(through)).requires_grad
    record["memory"] = (memory.pop() if len(memory) == 1 else Memory.MAYBE).value
    with torch.autocast("cpu", dtype=torch.bfloat16):
        try:
            lowered, _ = _run(module, sample, grad=False)
            if next(tensors_in(lowered)).dtype is torch.bfloat16:
                record["matmul"] = True
        except (RuntimeError, ValueError, NotImplementedError):  # no kernel of that precision
            pass
    return record


def _wants_its_own_dtype(sample: Sample) -> bool | None:
    """Do float32 parameters refuse float64 inputs? None if the sample does not tell."""
    module = sample.build()
    first = next(tensors_in((*sample.arguments, *sample.keywords.values())))
    if not list(module.parameters()) or first.dtype is not torch.float32:
        return None
    keywords = {name: doubles(value) for name, value in sample.keywords.items()}
    doubled = Sample(sample.build, doubles(sample.arguments), keywords)
    for mode in (True, False):
        try:
            _run(module.train(mode), doubled, grad=False)
        except (RuntimeError, ValueError):
            continue
        return False
    return True


def _bases(cls: type[nn.Module]) -> list[str]:
    """The names of the modules that a class derives from, `Module` itself left out."""
    return [each.__name__ for each in cls.__mro__[1:] if issubclass(each, nn.Module)][:-1]


def _names(module: nn.Module) -> set[str]:
    """What a module calls its settings, and its parameters and buffers, even if they are None."""
    names = {*module._parameters, *module._buffers, *(vars(module).keys() - vars(nn.Module()))}
    return {name for name in names if not name.startswith("_")}


def _is_told(record: Record) -> bool:
    """Are the names of its parameters always the same, or has it none?"""
    return "own" in record or "parameters" not in record


def modules() -> dict[str, Record]:
    """The records of the classes of `torch.nn` by name."""
    table: dict[str, Record] = {name: {"container": True} for name in CONTAINERS}
    for name, found in samples().items():
        seen = [record for record in map(_observe, found) if record is not None]
        usual = [record for record in seen if record["result"] == "tensor"] or seen
        if not usual:
            continue
        table[name] = usual[0] | {
            key: True for key in ("matmul", "grad") if any(record.get(key) for record in usual)
        }
        if {record["one_dtype"] for record in usual} - {None} == {True}:
            table[name]["one_dtype"] = True
        else:
            del table[name]["one_dtype"]
        memory = {record["memory"] for record in usual}
        if len(memory) > 1:
            table[name]["memory"] = Memory.MAYBE.value
        if not name.startswith("Lazy"):  # they have none before they have been called
            table[name] |= owned(getattr(nn, name), found[0].build)
    made = {name: found[0].build() for name, found in samples().items() if name in table}
    told = (each for name, each in made.items() if _is_told(table[name]))
    names = set[str]().union(*map(_names, told))
    for name, module in made.items():
        if has := sorted(each for each in names if hasattr(module, each)):
            table[name]["attributes"] = has
    for name, correction in exceptions.MODULES.items():
        table[name] = table.get(name, {}) | correction.change
    for name, record in table.items():
        if bases := _bases(getattr(nn, name, nn.Module)):
            record["bases"] = bases
    return table
