"""`torch.distributions`: samples are cut from the graph, everything else follows the parameters."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.facts import any_grad, common_device, in_mode
from flake8_tensorconv.lattice.objects import PARAMETERS, Kind, Object
from flake8_tensorconv.lattice.values import ANY_DTYPE, UNKNOWN, Grad, Ref, Tensor, Value, value

PREFIX = "torch.distributions."
#: Attributes that give tensors made of the parameters.
_DERIVED = {
    "mean", "mode", "variance", "stddev", "probs", "logits", "loc", "scale", "concentration",
    "rate", "covariance_matrix", "scale_tril", "precision_matrix", "low", "high", "df",
}  # fmt: skip
_SAMPLES = {"sample", "sample_n"}
_COMPUTED = {"rsample", "log_prob", "entropy", "cdf", "icdf", "perplexity"}


def make_distribution(run: Run, dotted: str, args: Arguments, node: ast.AST) -> Value:
    """A distribution; it holds what is common to its parameters."""
    operands = [t for argument in args.all() for t in argument.value.tensors]
    for argument in args.all():  # a distribution of a distribution (Independent, Transformed ...)
        for each in argument.value.alternatives:
            if isinstance(each, Ref):
                operands += run.object(each).items.get(PARAMETERS, UNKNOWN).tensors
    known = [t for t in operands if t.sure] or operands
    joint = _joint(known) if known else Tensor(grad=Grad.NO)
    return run.allocate(node, Object(Kind.INSTANCE, dotted, {PARAMETERS: value(joint)}))


def _joint(operands: list[Tensor]) -> Tensor:
    grad = any_grad(operands)
    reason = next((t.grad_reason for t in operands if t.grad & Grad.YES), operands[0].grad_reason)
    return replace(
        operands[0],
        sure=True,
        grad=grad,
        device=common_device(operands),
        role="",
        owner=None,
        scalar=all(t.scalar for t in operands),
        grad_reason=reason,
    )


def distribution_attribute(run: Run, ref: Ref, name: str) -> Value | None:
    """A tensor that a distribution has as an attribute; None for anything else."""
    return run.object(ref).items.get(PARAMETERS) if name in _DERIVED else None


def call_distribution_method(
    run: Run, ref: Ref, name: str, args: Arguments, node: ast.AST
) -> Value:
    """What a method of a distribution gives back."""
    own = run.object(ref).items.get(PARAMETERS, UNKNOWN)
    fresh = run.fresh(node)
    if name in _SAMPLES:
        drawn = [
            replace(t, grad=Grad.NO, dtype=ANY_DTYPE, storages=fresh, grad_reason=None)
            for t in own.tensors
        ]
        return Value(tuple(drawn)) or UNKNOWN
    if name in _COMPUTED:
        operands = [*own.tensors, *(t for a in args.all() for t in a.value.tensors if t.sure)]
        if not operands:
            return UNKNOWN
        joint = _joint(operands)
        mode = run.state.grad_mode
        return value(replace(joint, grad=in_mode(joint.grad, mode), storages=fresh))
    if name == "expand":
        return value(ref)
    return UNKNOWN
