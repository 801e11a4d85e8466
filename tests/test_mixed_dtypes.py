"""What is computed of float64 and float32, and of wrong indices: one finding where torch raises."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest
import torch
from said import HEAD, said

from flake8_tensorconv.knowledge.losses import FUNCTIONS, WEIGHTS

SETUP = """\
F = nn.functional
rows, table = torch.ones(2, 3), np.full((2, 3), 0.5)
vector = torch.zeros(3)
classes = torch.tensor([0, 2])
returns = torch.tensor(table)
scores = model(rows)
"""

#: By what torch says of them: nothing (""), or the code that is reported.
LOSSES = {
    "nn.HuberLoss()(scores, returns).backward()": "206",
    "(0.5 * nn.HuberLoss()(scores, returns)).mean().backward()": "206",
    "(F.huber_loss(scores, returns) + scores.sum()).backward()": "206",
    "F.huber_loss(returns, scores).backward()": "206",
    "F.huber_loss(input=scores, target=returns).backward()": "206",
    "nn.HuberLoss(reduction='none')(scores, returns)[0].sum().backward()": "206",
    "sum([F.huber_loss(row, target) for row, target in zip(scores, returns)]).backward()": "206",
    "torch.stack([F.huber_loss(scores, returns)]).sum().backward()": "206",
    "torch.autograd.grad(F.huber_loss(scores, returns), model.parameters())": "206",
    "F.huber_loss(scores, returns)": "",
    "F.huber_loss(scores, returns).item()": "",
    "F.huber_loss(scores, returns.float()).backward()": "",
    "F.huber_loss(scores.double(), returns).backward()": "",
    "(scores.sum() + F.huber_loss(scores, returns).detach()).backward()": "",
    "(scores.sum() + F.huber_loss(scores.detach(), returns)).backward()": "",
    "(scores.sum() + F.huber_loss(scores, returns).item()).backward()": "",
    "nn.MSELoss()(scores, returns).backward()": "",
    "nn.SmoothL1Loss()(scores, returns).backward()": "",
    "nn.L1Loss()(scores, returns).backward()": "",
    "nn.BCEWithLogitsLoss()(scores, returns).backward()": "",
    "((scores - returns) ** 2).mean().backward()": "",
    "nn.BCELoss()(scores.sigmoid(), returns)": "206",
    "nn.BCELoss()(scores.sigmoid(), returns.float())": "",
    "F.binary_cross_entropy(scores.sigmoid(), returns)": "206",
    "F.cross_entropy(scores, returns)": "",
    "F.cross_entropy(scores, classes, torch.tensor(np.ones(3)))": "206",
    "F.cross_entropy(scores, classes, weight=torch.from_numpy(np.ones(3)))": "206",
    "nn.CrossEntropyLoss(torch.from_numpy(np.ones(3)))(scores, classes)": "206",
    "nn.CrossEntropyLoss(weight=torch.from_numpy(np.ones(3)))(scores, classes)": "206",
    "nn.CrossEntropyLoss(weight=torch.from_numpy(np.ones(3)).float())(scores, classes)": "",
    "nn.CrossEntropyLoss(weight=torch.from_numpy(np.ones(3)))(scores.double(), classes)": "",
    "nn.CrossEntropyLoss(weight=torch.from_numpy(np.ones(3))).float()(scores, classes)": "",
    "nn.CrossEntropyLoss(torch.from_numpy(np.ones(3)))(scores, F.softmax(rows, 1))": "",
    "nn.NLLLoss(torch.tensor(np.ones(3)))(scores, classes)": "206",
    "nn.BCEWithLogitsLoss(torch.tensor(np.ones(3)))(scores, rows)": "",
    "nn.BCEWithLogitsLoss(pos_weight=torch.tensor(np.ones(3)))(scores, rows)": "",
}
INDICES = {
    "F.nll_loss(scores, torch.tensor(np.array([0.0, 2.0])))": "208",
    "F.nll_loss(scores, target=torch.tensor(np.array([0.0, 2.0])))": "208",
    "nn.NLLLoss()(scores, torch.from_numpy(np.array([0.0, 2.0])))": "208",
    "rows.scatter_add(1, returns, rows)": "208",
    "rows.scatter_add(1, returns.long(), returns)": "206",
    "rows.scatter_add_(dim=1, index=returns.long(), src=returns)": "206",
    "rows.scatter_add_(1, returns.long(), returns.float())": "",
    "torch.scatter_add(rows, 1, returns.long(), returns)": "206",
    "torch.scatter(rows, 1, returns, rows)": "208",
    "vector.index_add_(0, classes, torch.tensor(np.ones(2)))": "206",
    "vector.index_add_(0, torch.tensor(np.zeros(2)), torch.ones(2))": "208",
    "torch.index_copy(vector, 0, torch.tensor(np.zeros(2)), torch.ones(2))": "208",
    "vector.put_(torch.tensor(np.zeros(2)), torch.ones(2))": "208",
    "vector.put_(classes, torch.tensor(np.ones(2)))": "206",
    "rows.take_along_dim(returns, 1)": "208",
    "vector.masked_scatter_(vector == 0, torch.tensor(np.ones(3)))": "206",
    "torch.addmm(rows[:, :2], rows, torch.tensor(np.ones((3, 2))))": "206",
    "rows[:, :2].addmm_(returns, torch.ones(3, 2))": "206",
}
PROGRAMS = LOSSES | INDICES


@pytest.mark.parametrize("line", PROGRAMS, ids=list(PROGRAMS))
def test_one_finding_where_torch_raises(line: str) -> None:
    raised = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(HEAD + SETUP + line, {"torch": torch, "np": np})
        except (RuntimeError, IndexError) as error:
            raised = str(error)
    assert bool(raised) == bool(PROGRAMS[line]), raised
    found = said(SETUP + line + "\n")
    assert found == ([PROGRAMS[line]] if raised else []), raised


@pytest.mark.parametrize("module", FUNCTIONS)
def test_a_loss_calls_its_function(module: str) -> None:
    assert f"F.{FUNCTIONS[module]}(" in inspect.getsource(getattr(torch.nn, module).forward)
    kept = list(inspect.signature(getattr(torch.nn, module)).parameters)
    assert module not in WEIGHTS or kept[WEIGHTS[module]] == "weight"
