"""The rules' fixes: where a guard goes, how it is written, and when none is offered."""

from __future__ import annotations

import ast
import dataclasses

import pytest
from rule_events import (
    ANYTHING,
    CPU,
    CUDA,
    DEFAULTS,
    FORCE,
    GRAD,
    MAYBE_GRAD,
    META,
    PLAIN,
    UNSURE,
    applied,
    elsewhere,
    event,
    judged,
    lying,
    of,
    operation,
)

from flake8_tensorconv.events.records import Route, ToNumpy
from flake8_tensorconv.index.index import index_of
from flake8_tensorconv.lattice.values import Grad, Layout, Tensor
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.rewriting.edits import apply
from flake8_tensorconv.rewriting.flagging import flag
from flake8_tensorconv.rules import judge
from flake8_tensorconv.source.findings import Applicability

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE

FIXES = {
    "name": (event("x.numpy()", GRAD), "x.detach().numpy()", SAFE),
    "before a move": (event("x.cpu().numpy()", GRAD), "x.detach().cpu().numpy()", SAFE),
    "before .to": (event("x.to('cpu').numpy()", GRAD), "x.detach().to('cpu').numpy()", SAFE),
    "before .to(device)": (
        event("x.to(torch.device('cpu')).numpy()", GRAD),
        "x.detach().to(torch.device('cpu')).numpy()",
        SAFE,
    ),
    "not before another .to": (
        event("x.to(torch.int8).numpy()", GRAD),
        "x.to(torch.int8).detach().numpy()",
        SAFE,
    ),
    "cpu last": (event("x.detach().numpy()", CUDA), "x.detach().cpu().numpy()", SAFE),
    "cast last": (event("x.cpu().numpy()", of("bfloat16")), "x.cpu().float().numpy()", SAFE),
    "both guards": (event("x.numpy()", ANYTHING), "x.detach().cpu().numpy()", SAFE),
    "unknown receiver": (event("x.numpy()", UNSURE), "x.detach().cpu().numpy()", UNSAFE),
    "one of two unsure": (
        event("x.numpy()", ANYTHING, UNSURE),
        "x.detach().cpu().numpy()",
        UNSAFE,
    ),
    "argument": (
        event("np.asarray(x, dtype=int)", GRAD),
        "np.asarray(x.detach(), dtype=int)",
        SAFE,
    ),
    "sum": (event("np.asarray(a + b)", GRAD), "np.asarray((a + b).detach())", SAFE),
    "minus": (event("np.asarray(-a)", GRAD), "np.asarray((-a).detach())", SAFE),
    "conditional": (
        event("np.asarray(a if c else b)", GRAD),
        "np.asarray((a if c else b).detach())",
        SAFE,
    ),
    "comparison": (event("np.asarray(a < b)", CUDA), "np.asarray((a < b).cpu())", SAFE),
    "await": (event("np.asarray(await a)", GRAD), "np.asarray((await a).detach())", SAFE),
    "walrus": (event("np.asarray((y := a))", GRAD), "np.asarray((y := a).detach())", SAFE),
    "operator": (
        operation("weight * np.ones(3)", GRAD),
        "weight.detach() * np.ones(3)",
        SAFE,
    ),
    "walrus argument": (
        event("np.asarray(y := a)", GRAD),
        "np.asarray((y := a).detach())",
        SAFE,
    ),
    "parenthesised": (event("(a + b).numpy()", GRAD), "(a + b).detach().numpy()", SAFE),
    "subscript": (event("x[0].numpy()", GRAD), "x[0].detach().numpy()", SAFE),
    "layout kept": (
        event("(x\n  # on the host\n  .cpu()\n  .numpy())", GRAD),
        "(x.detach()\n  # on the host\n  .cpu()\n  .numpy())",
        SAFE,
    ),
    "star": (event("np.stack(*xs)", GRAD, element=True), None, None),
    "list built elsewhere": (event("np.stack(xs)", GRAD, element=True), None, None),
    "array may arrive": (event("np.asarray(x)", GRAD, mixed=True), None, None),
    "method, array may arrive": (
        event("x.numpy()", GRAD, mixed=True),
        "x.detach().numpy()",
        SAFE,
    ),
    "display": (
        event("np.array([a, b + c, 1.0, 'd'])", GRAD, element=True),
        "np.array([a.detach(), (b + c).detach(), 1.0, 'd'])",
        SAFE,
    ),
    "nested display": (
        event("np.array([[a, b], (c, d)])", GRAD, element=True),
        "np.array([[a.detach(), b.detach()], (c.detach(), d.detach())])",
        SAFE,
    ),
    "partly guarded display": (
        event("np.stack((a.detach(), b.detach().cpu(), c))", GRAD, element=True),
        "np.stack((a.detach(), b.detach().cpu(), c.detach()))",
        SAFE,
    ),
    "display with star": (event("np.stack([a, *b])", GRAD, element=True), None, None),
    "comprehension": (
        event("np.stack([p.cpu() for p in ps])", GRAD, element=True),
        "np.stack([p.detach().cpu() for p in ps])",
        SAFE,
    ),
    "generator": (
        event("np.stack(p for p in ps)", GRAD, element=True),
        "np.stack(p.detach() for p in ps)",
        SAFE,
    ),
    "mixed display": (event("np.stack([a, b])", GRAD, element=True, mixed=True), None, None),
    "meta": (event("x.numpy()", META), None, None),
    "float32 may come too": (
        event("x.numpy()", of("bfloat16", "float32")),
        "x.float().numpy()",
        SAFE,
    ),
    "float64 may come too": (
        event("x.numpy()", of("bfloat16"), of("float64")),
        "x.float().numpy()",
        UNSAFE,
    ),
    "anything may come too": (
        event("x.numpy()", of("float8_e5m2", "?")),
        "x.float().numpy()",
        UNSAFE,
    ),
    "complex32": (event("x.numpy()", of("complex32")), "x.cfloat().numpy()", SAFE),
    "quantized": (event("x.numpy()", of("qint32")), "x.dequantize().numpy()", SAFE),
    "no cast": (event("x.numpy()", of("float4_e2m1fn_x2")), None, None),
    "sparse": (event("x.numpy()", lying(Layout.SPARSE)), "x.to_dense().numpy()", SAFE),
    "conjugate": (event("x.numpy()", lying(Layout.CONJ)), "x.resolve_conj().numpy()", SAFE),
    "negative": (event("np.sin(x)", lying(Layout.NEG)), "np.sin(x.resolve_neg())", SAFE),
    "a sign that was lost": (
        event("np.from_dlpack(x)", lying(Layout.NEG)),
        "np.from_dlpack(x.resolve_neg())",
        UNSAFE,
    ),
    "a sign that was lost, no copy": (
        event("np.from_dlpack(x, copy=None)", lying(Layout.NEG)),
        "np.from_dlpack(x.resolve_neg(), copy=None)",
        UNSAFE,
    ),
    "implicit, detach missing": (
        event("np.asarray(x.cpu())", MAYBE_GRAD),
        "np.asarray(x.detach().cpu())",
        SAFE,
    ),
    "implicit, both missing": (
        event("np.asarray(x)", ANYTHING),
        "np.asarray(x.detach().cpu())",
        SAFE,
    ),
}


@pytest.mark.parametrize(("one", "text", "applicability"), FIXES.values(), ids=FIXES)
def test_fixes(one: ToNumpy, text: str | None, applicability: Applicability | None) -> None:
    (judgement,) = judged(one)
    assert applied(judgement) == text
    fix = judgement.report.fix
    assert (fix and fix.applicability) == applicability


FORCED = {
    "grad": (event("x.numpy()", GRAD), "x.numpy(force=True)"),
    "moved": (event("x.cpu().numpy()", GRAD), "x.cpu().numpy(force=True)"),
    "cuda": (event("x.numpy()", CUDA), "x.numpy(force=True)"),
    "unguarded": (event("x.numpy()", ANYTHING), "x.numpy(force=True)"),
    "conjugate": (event("x.numpy()", lying(Layout.CONJ)), "x.numpy(force=True)"),
    "sparse": (event("x.numpy()", lying(Layout.SPARSE)), "x.to_dense().numpy()"),
    "bfloat16": (event("x.numpy()", of("bfloat16")), "x.float().numpy()"),
    "function": (event("np.asarray(x)", GRAD), "np.asarray(x.detach())"),
    "with arguments": (event("x.numpy(force=f)", GRAD), "x.detach().numpy(force=f)"),
    "comment": (event("x.numpy(  # host\n)", GRAD), "x.numpy(  # host\nforce=True)"),
}


@pytest.mark.parametrize(("one", "text"), FORCED.values(), ids=FORCED)
def test_forced_fixes(one: ToNumpy, text: str) -> None:
    (judgement,) = judged(one, FORCE)
    assert applied(judgement) == text
    assert ("force=True" in judgement.report.message) == ("force=True" in text)


def test_a_cpu_project_needs_no_move() -> None:
    (judgement,) = judged(event("x.numpy()", ANYTHING), CPU)
    assert applied(judgement) == "x.detach().numpy()"
    assert "accelerator" not in judgement.report.message


def test_a_bound_method_is_guarded_where_it_is_bound() -> None:
    text = "f = x.numpy; f()"
    bound, call = (node.value for node in ast.parse(text).body)
    assert isinstance(bound, ast.Attribute)
    assert isinstance(call, ast.Call)
    one = ToNumpy(call, call.func, bound.value, Route.METHOD, "Tensor.numpy", (GRAD,), Grad.YES)
    for options in (DEFAULTS, FORCE):
        ((finding, _),) = flag(
            [File(index_of(ast.parse(text)), text=text)], judged(one, options)[:1]
        )
        assert finding.fix is not None
        assert apply(text, [finding.fix]) == "f = x.detach().numpy; f()"


def test_a_fix_has_to_suit_every_context() -> None:
    bfloat = event("x.numpy()", of("bfloat16"))
    for other, expected in ((of("float32"), SAFE), (of("float64"), UNSAFE), (UNSURE, UNSAFE)):
        judgements = judge([bfloat, elsewhere(bfloat, other)], DEFAULTS)
        fixes = [item.report.fix for item in judgements if item.rule.code == "TNC103"]
        assert [fix and fix.applicability for fix in fixes] == [expected]


def operands(source: str, *tensors: Tensor) -> list[ToNumpy]:
    """An event for each argument of a call."""
    first = event(source, tensors[0])
    assert isinstance(first.call, ast.Call)
    pairs = zip(first.call.args, tensors, strict=True)
    return [dataclasses.replace(first, operand=arg, tensors=(given,)) for arg, given in pairs]


def test_the_operands_of_a_call_are_fixed_together() -> None:
    (judgement,) = judge(operands("np.allclose(a, b + c)", GRAD, GRAD), DEFAULTS)
    assert applied(judgement) == "np.allclose(a.detach(), (b + c).detach())"


def test_an_operand_that_needs_no_guard_gets_none() -> None:
    (judgement,) = judge(operands("np.allclose(a, b)", PLAIN, GRAD), DEFAULTS)
    assert applied(judgement) == "np.allclose(a, b.detach())"


def test_one_unsafe_operand_makes_the_fix_unsafe() -> None:
    unsure = dataclasses.replace(GRAD, sure=False)
    (judgement,) = judge(operands("np.allclose(a, b)", GRAD, unsure), DEFAULTS)
    assert judgement.report.fix is not None
    assert judgement.report.fix.applicability is UNSAFE


def test_one_operand_without_fix_leaves_the_call_alone() -> None:
    first, second = operands("np.allclose(a, b)", GRAD, GRAD)
    (judgement,) = judge([first, dataclasses.replace(second, mixed=True)], DEFAULTS)
    assert judgement.report.fix is None


def test_what_may_be_a_tensor_or_a_list_of_them_is_left_alone() -> None:
    one = event("np.asarray(x)", GRAD)
    (judgement,) = judge([one, dataclasses.replace(one, element=True)], DEFAULTS)
    assert judgement.report.fix is None
