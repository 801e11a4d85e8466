"""Methods that a framework calls, for predictions and validation, with gradient recording off."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from flake8_tensorconv.lattice.values import Grad
from flake8_tensorconv.locations.scopes import ClassInfo


@dataclass(frozen=True)
class _Framework:
    """A framework.

    Attributes:
        packages: its packages, and those of other libraries that are built on it.
        mark: what only the names of its own classes contain; "" if there is no such mark.
        hooks: the methods that it calls with gradient recording off.
    """

    packages: frozenset[str]
    mark: str
    hooks: frozenset[str]


_FRAMEWORKS = (
    _Framework(
        frozenset({"lightning", "pytorch_lightning"}),
        "Lightning",
        frozenset(
            {"validation_step", "test_step", "predict_step", "on_validation_epoch_end",
             "on_test_epoch_end", "validation_epoch_end", "test_epoch_end",
             "on_validation_batch_end", "on_test_batch_end", "on_predict_batch_end",
             "on_predict_epoch_end", "validation_step_end"}
        ),
    ),
    _Framework(
        frozenset(
            {"mmengine", "mmcv", "mmdet", "mmdet3d", "mmseg", "mmpose", "mmaction", "mmpretrain",
             "mmocr", "mmagic", "mmrotate", "mmyolo"}
        ),
        "",
        frozenset({"predict", "val_step", "test_step", "process", "compute_metrics"}),
    ),
)  # fmt: skip
#: Methods of which many frameworks have one.
_USUAL = frozenset(
    {"predict", "predict_step", "val_step", "validation_step", "test_step", "eval_step"}
)
#: They define classes to derive from and call none of these methods, or do so while recording.
_NO_FRAMEWORKS = frozenset({"torch", "torchvision", "torch_geometric", "numpy", "sklearn"})


def hook_mode(cls: ClassInfo, name: str) -> Grad | None:
    """The grad mode in which the framework that a class belongs to calls a method.

    Args:
        cls: the class.
        name: the method.

    Returns:
        UNKNOWN if a base class of another library may be one of a framework that is not known;
        None where nothing but the caller decides.
    """
    bases = tuple(cls.foreign_bases())
    if any(name in each.hooks and _belongs(base, each) for each in _FRAMEWORKS for base in bases):
        return Grad.NO
    return Grad.UNKNOWN if name in _USUAL and any(map(_may_call, bases)) else None


def _belongs(base: str, framework: _Framework) -> bool:
    if framework.mark and framework.mark in base:
        return True
    return base.split(".", 1)[0] in framework.packages


def _may_call(base: str) -> bool:
    """May the library of a base class call the methods of its subclasses?"""
    package = base.split(".", 1)[0]
    return package not in _NO_FRAMEWORKS and package not in sys.stdlib_module_names
