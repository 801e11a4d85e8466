"""Datasets: what they hold and give is on the CPU, and nothing has been computed of it yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    Device,
    Grad,
    Many,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.locations.scopes import CONSTRUCTORS, ClassInfo, FunctionInfo


def is_dataset(info: ClassInfo) -> bool:
    """Is it a dataset, as far as its name and those of its bases tell?"""
    names = (*(cls.name for cls in info.mro), *info.foreign_bases())
    return any(name.endswith("Dataset") or ".datasets." in name for name in names)


def takes_samples(run: Run, function: FunctionInfo) -> bool:
    """Is it a method of a dataset that is given samples, as `plot(sample)` is?

    A constructor is given what the samples will be made of, a `forward` what a model computes.
    """
    owner = run.program.owner_of(function)
    return owner is not None and function.name not in _NO_SAMPLES and is_dataset(owner)


_NO_SAMPLES = {*CONSTRUCTORS, "forward"}


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
        case Ref() if (held := run.object(each)).kind is Kind.DICT:
            run.store(each, replace(held, rest=as_samples(run, held.rest)))
            return each
        case _:
            return each


#: What nothing more is known of than that it is of a sample.
SAMPLE = value(Tensor(sure=False, grad=Grad.NO, device=Device.CPU))
#: The datasets that hold all images as one tensor (and the labels as another), or as an array.
_TENSORS = {"MNIST", "FashionMNIST", "KMNIST", "EMNIST", "QMNIST", "MovingMNIST"}
_ARRAYS = {"CIFAR10", "CIFAR100", "SVHN", "STL10", "USPS"}


def is_from_torchvision(cls: object) -> bool:
    """Is it the dotted name of a dataset of torchvision?"""
    if not isinstance(cls, str) or not cls.startswith("torchvision.datasets."):
        return False
    return cls.rsplit(".", 1)[-1][:1].isupper()


def held_by_dataset(bases: Iterable[str], name: str) -> Value | None:
    """What an attribute of a dataset of torchvision is; None if it is no such dataset.

    Args:
        bases: the classes of other libraries that it is an instance of.
        name: the attribute.
    """
    for base in bases:
        if is_from_torchvision(base):
            bare = base.rsplit(".", 1)[-1]
            if bare in _TENSORS and name in _DTYPES:
                return value(Tensor(True, Grad.NO, Device.CPU, _DTYPES[name]))
            if bare in _ARRAYS and name == "data":
                return value(Array(_DTYPES[name]))
            return SAMPLE
    return None


_DTYPES = {"data": frozenset({"uint8"}), "targets": frozenset({"int64"})}
