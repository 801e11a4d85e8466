"""What is asked once more, what is moved together, and what nobody gets to behind an error."""

from __future__ import annotations

import pytest
import torch
from said import said

#: Tests that answer the same where they are asked once more.
AGAIN = {
    "a function that answers a question": "is_mulaw(kind)",
    "a method that does": "cfg.is_mulaw()",
    "of an item": 'is_mulaw(cfg["kind"])',
    "with an underscore": "_has_labels(cfg)",
    "in capitals": "cfg.useLabels()",
    "a text in small letters": 'kind.lower() == "mulaw"',
    "the beginning of a text": 'cfg.kind.startswith("mu")',
    "an item that may be missing": 'cfg.get("kind") == "mulaw"',
    "negated": "not is_mulaw(kind)",
}
#: Those that need not.
ANEW = {
    "a draw": "np.random.rand() < 0.5",
    "the next one": "next(kind)",
    "a queue": "kind.get()",
    "a step": "kind.step(cfg)",
    "nothing of the kind": "issue(kind)",
}
_TWICE = """
def f(batch, kind, cfg):
    if {test}:
        y = np.array(batch, dtype=np.int64)
    else:
        y = np.array(batch, dtype=np.float32)
    if {test}:
        return torch.LongTensor(y)
    return torch.FloatTensor(y)
"""


@pytest.mark.parametrize("test", AGAIN.values(), ids=AGAIN)
def test_a_test_is_asked_again(test: str) -> None:
    assert said(_TWICE.format(test=test)) == []


@pytest.mark.parametrize("test", ANEW.values(), ids=ANEW)
def test_a_test_is_asked_anew(test: str) -> None:
    assert said(_TWICE.format(test=test)) == ["401"]


#: Tests whose stretches begin in each other and end one behind the other.
CROSSED = {
    "two tests": ("""
def f(batch, kind, local):
    x = 1
    if local:
        x = 2
    if kind:
        y = np.array(batch, dtype=np.int64)
    else:
        y = np.array(batch, dtype=np.float32)
    if local:
        x = 3
    if kind:
        return torch.LongTensor(y)
    return torch.FloatTensor(y)
""", []),
    "three tests": ("""
def f(batch, kind, local, far):
    x = 1
    if local:
        x = 2
    if far:
        x = 3
    if local:
        x = 4
    if kind:
        y = np.array(batch, dtype=np.int64)
    else:
        y = np.array(batch, dtype=np.float32)
    if far:
        x = 5
    if kind:
        return torch.LongTensor(y)
    return torch.FloatTensor(y)
""", []),
    "one that is bound anew in between": ("""
def f(batch, kind, local):
    x = 1
    if local:
        x = 2
    if kind:
        y = np.array(batch, dtype=np.int64)
    else:
        y = np.array(batch, dtype=np.float32)
    if local:
        x = 3
    kind = batch[0]
    if kind:
        return torch.LongTensor(y)
    return torch.FloatTensor(y)
""", ["401"]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "found"), CROSSED.values(), ids=CROSSED)
def test_stretches_that_cross(body: str, found: list[str]) -> None:
    assert said(body) == found


#: Parameters that are put elsewhere one by one.
REPLACED = {
    "those of a cell": """
def f(gru):
    cell = nn.GRUCell(3, 3)
    cell.weight_hh.data = gru.weight_hh_l0.data
    cell.weight_ih.data = gru.weight_ih_l0.data
    return cell(torch.zeros(2, 3).cuda())
""",
    "in a helper": """
def made(gru):
    cell = nn.GRUCell(3, 3)
    cell.weight_hh.data = gru.weight_hh_l0.data
    cell.weight_ih.data = gru.weight_ih_l0.data
    return cell

def f(gru):
    return made(gru)(torch.zeros(2, 3).cuda())
""",
    "new parameters": """
def f(gru):
    cell = nn.GRUCell(3, 3, bias=False)
    cell.weight_hh = gru.weight_hh_l0
    cell.weight_ih = gru.weight_ih_l0
    return cell(torch.zeros(2, 3).cuda())
""",
    "by a variable": """
def f(gru):
    lstm = nn.LSTM(3, 3)
    weight = lstm.weight_hh_l0
    weight.data = gru.weight_hh_l0.data
    return lstm(torch.zeros(2, 2, 3).cuda())
""",
    "one after the other": """
def f():
    cell = nn.GRUCell(3, 3)
    for each in cell.parameters():
        each.data = each.data.cuda()
    return cell(torch.zeros(2, 3).cuda())
""",
    "a linear layer": """
def f(other):
    layer = nn.Linear(3, 3)
    layer.weight.data = other.weight.data
    layer.bias.data = other.bias.data
    return layer(torch.zeros(2, 3).cuda())
""",
}
#: Parameters that only get other numbers.
FILLED = {
    "copied": "cell.weight_hh.data.copy_(gru.weight_hh_l0.data)",
    "drawn": "cell.weight_hh.data.uniform_(-1, 1)",
    "nothing": "pass",
}


@pytest.mark.parametrize("body", REPLACED.values(), ids=REPLACED)
def test_parameters_are_put_elsewhere(body: str) -> None:
    assert said(body) == []


@pytest.mark.parametrize("filled", FILLED.values(), ids=FILLED)
def test_parameters_are_filled(filled: str) -> None:
    body = f"""
def f(gru):
    cell = nn.GRUCell(3, 3)
    {filled}
    return cell(torch.zeros(2, 3).cuda())
"""
    assert said(body) == ["207"]


#: Layers that are moved together, and what goes through both.
TOGETHER = {
    "something unknown": ("env.reset()", []),
    "what an unknown function makes of an array": ("make(torch.from_numpy(env.reset()))", []),
    "what it makes of zeros": ("env.make(torch.zeros(3))", []),
    "what is on the CPU: the second layer is not reached": ("torch.zeros(3)", ["207"]),
    "an array": ("torch.from_numpy(np.ones(3, dtype=np.float32))", ["207"]),
}


@pytest.mark.parametrize(("given", "found"), TOGETHER.values(), ids=TOGETHER)
def test_layers_are_moved_together(given: str, found: list[str]) -> None:
    body = f"""
class Agent:
    def __init__(self, far):
        self.first = nn.Linear(3, 3)
        self.second = nn.Linear(3, 3)
        if far:
            self.go()

    def go(self):
        self.first = self.first.cuda()
        self.second = self.second.cuda()

    def act(self, env, make):
        return self.second(torch.relu(self.first({given})))
"""
    assert said(body) == found


def test_another_tensor_fails_elsewhere() -> None:
    body = """
def f(far):
    x, y = torch.zeros(3), torch.ones(3)
    w = torch.ones(3, device="cuda")
    if far:
        return x + w
    print(x * w)
    print(x - w)
    return y + w
"""
    assert said(body) == ["207", "207", "207"]


#: `x.to(y)` makes x what y is, if y is a tensor.
LIKE = {
    "the actions": ("m.to(actions)", []),
    "an attribute": ("m.to(self.actions)", []),
    "an item": ("m.to(batch[1])", []),
    "a call": ("m.to(actions.view(-1))", []),
    "by name": ("m.to(other=actions)", []),
    "a device": ("m.to(device)", ["208"]),
    "the device of something": ("m.to(actions.device)", ["208"]),
    "a GPU": ("m.to(self.gpu_id)", ["208"]),
    "a dtype": ("m.to(torch.float64)", ["208"]),
}


@pytest.mark.parametrize(("cast", "found"), LIKE.values(), ids=LIKE)
def test_cast_to_what_another_is(cast: str, found: list[str]) -> None:
    body = f"""
class Agent:
    def learn(self, actions, batch, device):
        m = torch.zeros(3, dtype=torch.float32)
        return torch.ones(9).index_select(0, {cast})
"""
    assert said(body) == found


def test_what_it_is_about_is_true() -> None:
    positions = torch.linspace(0, 8, 3)
    actions = torch.tensor([1])
    assert torch.ones(9).index_select(0, positions.to(actions)).shape == (3,)
    with pytest.raises(RuntimeError):
        torch.ones(9).index_select(0, positions)
    cell, gru = torch.nn.GRUCell(3, 3), torch.nn.GRU(3, 3)
    cell.weight_hh.data = gru.weight_hh_l0.data
    assert cell.weight_hh.data_ptr() == gru.weight_hh_l0.data_ptr()


#: What has no attribute that all tensors have is none.
LACKING = {
    "its memory": ("data", []),
    "its shape": ("shape", []),
    "a method": ("detach", []),
    "a number of axes": ("dim", []),
    "something of the file's own": ("payload", ["110?"]),
}


@pytest.mark.parametrize(("name", "found"), LACKING.values(), ids=LACKING)
def test_what_lacks_an_attribute_is_no_tensor(name: str, found: list[str]) -> None:
    body = f"""
def f(boxes):
    if not hasattr(boxes, "{name}"):
        boxes = boxes.numpy()
    return boxes
"""
    assert said(body) == found
    assert found or hasattr(torch.ones(3), name)
