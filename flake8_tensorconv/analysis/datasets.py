"""Datasets: their samples are made on the CPU, and nothing has been computed from them yet."""

from __future__ import annotations

from dataclasses import replace

from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.scopes import CONSTRUCTORS, ClassInfo, FunctionInfo
from flake8_tensorconv.analysis.values import (
    Alternative,
    Device,
    Grad,
    Many,
    Ref,
    Tensor,
    Tuple,
    Value,
)


def is_dataset(info: ClassInfo) -> bool:
    """Is it a dataset, as far as its name and those of its bases tell?"""
    names = (*(cls.name for cls in info.mro()), *info.foreign_bases())
    return any(name.endswith("Dataset") or ".datasets." in name for name in names)


def takes_samples(run: Run, function: FunctionInfo) -> bool:
    """Is it a method of a dataset that is given samples, as `plot(sample)` is?

    A constructor is given whatever the samples will be made of.
    """
    owner = run.program.owner_of(function)
    return owner is not None and function.name not in CONSTRUCTORS and is_dataset(owner)


def as_samples(run: Run, given: Value) -> Value:
    """The value with all tensors in it on the CPU and without gradients."""
    return Value(tuple(_as_sample(run, each) for each in given.alternatives))


def _as_sample(run: Run, each: Alternative) -> Alternative:
    match each:
        case Tensor():
            return replace(
                each, grad=Grad.NO, device=Device.CPU, grad_reason=None, device_reason=None
            )
        case Many(element=element):
            return replace(each, element=as_samples(run, element))
        case Tuple(items=items):
            return replace(each, items=tuple(as_samples(run, item) for item in items))
        case Ref() if (held := run.object(each)).kind == "dict":
            run.store(each, replace(held, rest=as_samples(run, held.rest)))
            return each
        case _:
            return each
