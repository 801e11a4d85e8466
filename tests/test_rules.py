"""What the rules say of one event: events are built by hand, no interpreter is involved."""

from __future__ import annotations

import ast

import pytest
from rule_events import (
    ANYTHING,
    CPU,
    CUDA,
    DEFAULTS,
    GRAD,
    MAYBE_CUDA,
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
    tensor,
)

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToNumpy
from flake8_tensorconv.lattice.values import Device, Grad, Layout, Tensor
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.rules import judge

REPORTED = {
    "leaf": ("x.numpy()", GRAD, "TNC101"),
    "dlpack of leaf": ("np.from_dlpack(x)", GRAD, "TNC101"),
    "array of leaf": ("np.asarray(x)", GRAD, "TNC101"),
    "on some path": ("x.numpy()", tensor(grad=Grad.YES | Grad.NO), "TNC101"),
    "cuda": ("x.numpy()", CUDA, "TNC102"),
    "cuda where there is one": (
        "x.numpy()",
        tensor(device=Device.CPU | Device.ACCELERATOR),
        "TNC102",
    ),
    "meta": ("x.numpy()", META, "TNC102"),
    "bfloat16": ("x.numpy()", of("bfloat16"), "TNC103"),
    "bfloat16 on some path": ("x.numpy()", of("bfloat16", "?"), "TNC103"),
    "complex32": ("np.asarray(x)", of("complex32"), "TNC103"),
    "quantized": ("x.numpy()", of("quint8"), "TNC103"),
    "sparse": ("x.numpy()", lying(Layout.SPARSE), "TNC104"),
    "conjugate": ("x.numpy()", lying(Layout.CONJ), "TNC104"),
    "negative": ("np.asarray(x)", lying(Layout.NEG), "TNC104"),
    "argument": ("x.numpy()", ANYTHING, "TNC110"),
    "unknown receiver": ("x.numpy()", UNSURE, "TNC110"),
    "unknown grad, cpu or unknown": (
        "x.numpy()",
        tensor(Grad.UNKNOWN, Device.CPU | Device.UNKNOWN),
        "TNC110",
    ),
    "detached argument": ("x.numpy()", MAYBE_CUDA, "TNC111"),
    "moved argument": ("x.numpy()", MAYBE_GRAD, "TNC112"),
    "made an array": ("np.asarray(x)", ANYTHING, "TNC110"),
    "made one, detached": ("np.stack(x)", MAYBE_CUDA, "TNC111"),
    "made one, moved": ("np.from_dlpack(x)", MAYBE_GRAD, "TNC112"),
    "implicit argument": ("np.sort(x)", ANYTHING, "TNC113"),
    "implicit detached": ("np.sort(x)", MAYBE_CUDA, "TNC113"),
    "made an array, of unknown type": ("np.asarray(x)", UNSURE, None),
}


@pytest.mark.parametrize(("source", "operand", "code"), REPORTED.values(), ids=REPORTED)
def test_each_state_is_reported_by_one_rule(source: str, operand: Tensor, code: str | None) -> None:
    found = [item.rule.code for item in judged(event(source, operand))]
    assert found == ([code] if code else [])


def test_what_may_also_be_an_array_is_not_turned_into_one() -> None:
    mixed = event("np.asarray(x)", ANYTHING, mixed=True)
    assert [item.rule.code for item in judged(mixed)] == ["TNC113"]


SILENT = {
    "plain": (event("x.numpy()", PLAIN), DEFAULTS),
    "implicit plain": (event("np.asarray(x)", PLAIN), DEFAULTS),
    "grad mode off": (event("x.numpy()", GRAD, mode=Grad.NO), DEFAULTS),
    "array, grad mode off": (event("np.asarray(x)", GRAD, mode=Grad.NO), DEFAULTS),
    "cpu, grad unknown, mode off": (event("x.numpy()", MAYBE_GRAD, mode=Grad.NO), DEFAULTS),
    "cuda in a cpu project": (event("x.numpy()", CUDA), CPU),
    "detached in a cpu project": (event("x.numpy()", MAYBE_CUDA), CPU),
    "implicit in a cpu project": (event("np.asarray(x)", MAYBE_CUDA), CPU),
    "not known to be a tensor": (event("np.asarray(x)", UNSURE), DEFAULTS),
    "float16": (event("x.numpy()", of("float16")), DEFAULTS),
    "copied with its sign": (event("np.from_dlpack(x, copy=True)", lying(Layout.NEG)), DEFAULTS),
    "unknown dtype": (event("x.numpy()", of("?")), DEFAULTS),
}


@pytest.mark.parametrize(("one", "options"), SILENT.values(), ids=SILENT)
def test_silence(one: ToNumpy, options: Options) -> None:
    assert judged(one, options) == []


MODES = {
    "unknown mode is not proof": (event("x.numpy()", GRAD, mode=Grad.UNKNOWN), ["TNC112"]),
    "on some path": (event("x.numpy()", GRAD, mode=Grad.YES | Grad.NO), ["TNC101"]),
    "argument under no_grad": (event("x.numpy()", ANYTHING, mode=Grad.NO), ["TNC111"]),
    "dlpack refuses in every mode": (event("np.from_dlpack(x)", GRAD, mode=Grad.NO), ["TNC101"]),
}


@pytest.mark.parametrize(("one", "codes"), MODES.values(), ids=MODES)
def test_grad_modes(one: ToNumpy, codes: list[str]) -> None:
    assert [item.rule.code for item in judged(one)] == codes


def test_a_cpu_project_still_hears_of_unguarded_and_meta() -> None:
    assert [item.rule.code for item in judged(event("x.numpy()", ANYTHING), CPU)] == ["TNC110"]
    assert [item.rule.code for item in judged(event("x.numpy()", META), CPU)] == ["TNC102"]


MESSAGES = {
    "method": (
        event("x.numpy()", GRAD),
        "`.numpy()` on a tensor that requires grad; call `.detach()` first",
    ),
    "function as written": (
        event("np.asarray(x)", GRAD),
        "`np.asarray()` reads a tensor that requires grad; call `.detach()` first",
    ),
    "elements": (
        event("np.stack(xs)", CUDA, element=True),
        "`np.stack()` reads tensors that are on an accelerator; call `.cpu()` on each first",
    ),
    "meta": (
        event("x.numpy()", META),
        "`.numpy()` on a tensor that is on the meta device and has no data",
    ),
    "operator": (
        operation("weight * np.ones(3)", GRAD),
        "`*` with an array reads a tensor that requires grad; call `.detach()` first",
    ),
    "function of a call": (
        event("axes().plot(x)", GRAD),
        "`numpy.plot()` reads a tensor that requires grad; call `.detach()` first",
    ),
    "dtype": (
        event("x.numpy()", of("bfloat16")),
        "`.numpy()` on a tensor of dtype bfloat16, which NumPy does not have; call `.float()` "
        "first",
    ),
    "dtypes with different cures": (
        event("x.numpy()", of("bfloat16", "qint8")),
        "`.numpy()` on a tensor of dtype bfloat16 or qint8, which NumPy does not have",
    ),
    "wrong sign": (
        event("np.from_dlpack(x)", lying(Layout.NEG)),
        "`np.from_dlpack()` reads a tensor that is a lazy negative, which yields the values with "
        "the wrong sign; call `.resolve_neg()` first",
    ),
    "unguarded": (
        event("x.numpy()", ANYTHING),
        "`.numpy()` on a tensor that may require grad or be on an accelerator; "
        "call `.detach().cpu()` first",
    ),
    "unknown receiver": (
        event("x.numpy()", UNSURE),
        "`.numpy()` on what may be a tensor that may require grad or be on an accelerator; "
        "call `.detach().cpu()` first",
    ),
}


@pytest.mark.parametrize(("one", "message"), MESSAGES.values(), ids=MESSAGES)
def test_messages(one: ToNumpy, message: str) -> None:
    assert [item.report.message for item in judged(one)] == [message]


def test_grad_and_device_are_two_findings_with_a_guard_each() -> None:
    both = judged(event("x.numpy()", tensor(Grad.YES, Device.ACCELERATOR)))
    assert [(item.rule.code, applied(item)) for item in both] == [
        ("TNC101", "x.detach().numpy()"),
        ("TNC102", "x.cpu().numpy()"),
    ]


ONE = event("x.numpy()", GRAD)
MERGED = {
    "once": ([ONE, elsewhere(ONE, GRAD)], ["TNC101"]),
    "proven grad silences the doubt": ([elsewhere(ONE, ANYTHING), ONE], ["TNC101"]),
    "doubt about the device stays": ([ONE, elsewhere(ONE, MAYBE_CUDA)], ["TNC101", "TNC111"]),
    "proven device silences it": (
        [elsewhere(ONE, MAYBE_CUDA), elsewhere(ONE, CUDA), elsewhere(ONE, ANYTHING)],
        ["TNC102"],
    ),
    "other sites speak for themselves": ([ONE, event("x.numpy()", ANYTHING)], ["TNC101", "TNC110"]),
}


@pytest.mark.parametrize(("events", "codes"), MERGED.values(), ids=MERGED)
def test_contexts_are_merged(events: list[ToNumpy], codes: list[str]) -> None:
    assert sorted(item.rule.code for item in judge(events, DEFAULTS)) == codes


def test_the_longest_explanation_is_kept() -> None:
    node = ast.Name("x")
    short = Reason(node, "made here")
    long = Reason(node, "passed on", short)
    explained = [Tensor(grad=Grad.YES, grad_reason=reason) for reason in (None, short, long, short)]
    (judgement,) = [
        item
        for item in judge([elsewhere(ONE, one) for one in explained], DEFAULTS)
        if item.rule.code == "TNC101"
    ]
    assert judgement.report.reason is long
