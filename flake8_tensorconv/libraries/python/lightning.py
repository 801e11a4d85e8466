"""Lightning's `Trainer`: its predictions are made without gradients and moved to the CPU."""

from __future__ import annotations

import ast

from flake8_tensorconv.contents.opaque import opaque_call
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.values import Device, Grad, Many, Tensor, Value, value

TRAINERS = frozenset(
    {"lightning.Trainer", "lightning.pytorch.Trainer", "pytorch_lightning.Trainer",
     "lightning.pytorch.trainer.Trainer", "pytorch_lightning.trainer.Trainer"}
)  # fmt: skip


def call_trainer_method(run: Run, name: str, args: Arguments, node: ast.AST) -> Value:
    """What a method of a trainer gives back."""
    if name == "predict":
        return value(Many(value(Tensor(sure=False, grad=Grad.NO, device=Device.CPU))))
    return opaque_call(run, args, node)
