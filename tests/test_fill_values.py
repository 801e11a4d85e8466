"""What a module fills in, made on the CPU, breaks where the module has been moved away from it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from said import said

from flake8_tensorconv.verify.simulated import accelerator

CLASS = """\
import math


def filled(scores, keep):
    floor = torch.tensor([-9.0])
    return torch.where(keep, scores, floor)


class Scores(nn.Module):
    def __init__(self, masked=True):
        super().__init__()
        self.masked, self.kept = masked, 2
        self.query = nn.Linear(3, 3)
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("floor", torch.tensor([-9.0]))

    def forward(self, steps):
        scores = self.query(steps) * self.scale
        keep = scores > 0
        if steps is None:
            return None
{body}
        return scores


"""
#: Of `torch.where`, masked filling and their relatives: with what torch refuses.
BAD = {
    "a name": "floor = torch.tensor([-9.0])\nscores = torch.where(keep, scores, floor)",
    "in place": "scores = torch.where(keep, scores, torch.tensor([-9.0]))",
    "first": "scores = torch.where(keep, torch.tensor([-9.0, 0.0, 1.0]), scores)",
    "if asked for": "if self.masked:\n    scores = torch.where(keep, scores, torch.tensor([-9.0]))",
    "unless asked": "if not self.masked:\n    return scores\n"
    "scores = torch.where(keep, scores, torch.tensor([-9.0]))",
    "while training": "if self.training and self.kept > 1:\n"
    "    scores = torch.where(keep, scores, torch.tensor([-9.0]))",
    "in a loop": "for _ in range(self.kept):\n"
    "    scores = torch.where(keep, scores, torch.tensor([-9.0]))",
    "a method": "scores = scores.where(keep, torch.tensor([-9.0]))",
    "by name": "scores = torch.where(condition=keep, input=scores, other=torch.tensor([-9.0]))",
    "both": "scores = torch.where(keep, torch.tensor([1.0]), torch.tensor([-9.0]))",
    "the condition": "scores = torch.where(torch.tensor([True, False, True]), scores, scores)",
    "a mask": "scores = scores.masked_fill(torch.tensor([True, False, True]), -9.0)",
    "a mask in place": "scores = scores.clone()\n"
    "scores.masked_fill_(torch.tensor([True, False, True]), -9.0)",
    "scattered": "scores = scores.masked_scatter(keep, torch.tensor([1.0] * 9))",
    "the larger": "scores = torch.maximum(scores, torch.tensor([-9.0]))",
    "clamped": "scores = scores.clamp(min=torch.tensor([-9.0]))",
    "old": "scores = torch.where(keep, scores, torch.FloatTensor([-9.0]))",
    "cast": "scores = torch.where(keep, scores, torch.tensor([-9]).float())",
    "shaped": "scores = torch.where(keep, scores, torch.tensor([-9.0])[None, :])",
    "multiplied": "scores = scores * keep + ~keep * torch.tensor([-9.0])",
    "a helper": "scores = filled(scores, keep)",
    "joined": "scores = torch.cat([scores, torch.tensor([[-9.0] * 3])])",
}
GOOD = {
    "on its device": "scores = torch.where(keep, scores, torch.tensor([-9.0]).to(scores.device))",
    "made there": "scores = torch.where(keep, scores, torch.tensor([-9.0], device=steps.device))",
    "new": "scores = torch.where(keep, scores, scores.new_tensor([-9.0]))",
    "without axes": "scores = torch.where(keep, scores, torch.tensor(-9.0))",
    "a number": "scores = torch.where(keep, scores, -9.0)",
    "a buffer": "scores = torch.where(keep, scores, self.floor)",
    "its type": "scores = torch.where(keep, scores, torch.tensor([-9.0]).type_as(scores))",
    "filled": "scores = scores.masked_fill(~keep, -9.0)",
    "filled with no axes": "scores = scores.masked_fill(~keep, torch.tensor(-9.0))",
    "like": "scores = torch.where(keep, scores, torch.full_like(scores, -9.0))",
    "a guard": "floor = torch.tensor([-9.0])\nif scores.is_cuda:\n    floor = floor.cuda()\n"
    "scores = torch.where(keep, scores, floor)",
    "another guard": "if scores.device.type == 'cpu':\n"
    "    scores = torch.where(keep, scores, torch.tensor([-9.0]))",
    "on the CPU": "scores = torch.where(keep.cpu(), scores.cpu(), torch.tensor([-9.0]))",
    "an index": "scores = scores[:, torch.tensor([0, 2])]",
}


def _text(body: str) -> str:
    return CLASS.format(body="\n".join(f"        {line}" for line in body.splitlines()))


def _breaks(text: str) -> bool:
    names: dict[str, Any] = {"torch": torch, "nn": torch.nn}
    exec(text, names)
    names["Scores"]()(torch.ones(2, 3))
    with accelerator():
        module = names["Scores"]().to("cuda")
        module.masked = True
        try:
            module(torch.ones(2, 3).to("cuda"))
        except RuntimeError as error:
            return "same device" in str(error)
    return False


@pytest.mark.parametrize("calls", ["", "print(Scores()(torch.ones(2, 3)))\n"], ids=["", "called"])
@pytest.mark.parametrize("body", (BAD | GOOD).values(), ids=BAD | GOOD)
def test_a_possible_finding_where_it_breaks(body: str, calls: str) -> None:
    assert _breaks(_text(body)) == (body in BAD.values())
    assert said(_text(body) + calls) == (["207?"] if body in BAD.values() else [])
