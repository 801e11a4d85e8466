"""What the tests in a program are evidence for, line by line."""

from __future__ import annotations

import pytest
from said import said

#: What is said, shortened: "101" is a proven finding, "111?" a possible one.
SAID: dict[str, tuple[str, list[str]]] = {
    "a test asked again": (
        """
def f(x, train):
    if train:
        y = model(x)
    else:
        y = model(x).detach()
    if not train:
        a = y.cpu().numpy()
    if train:
        b = y.cpu().numpy()
""",
        ["101"],
    ),
    "what is computed in between": (
        """
def f(gpu):
    x = torch.ones(3)
    if gpu:
        x = x.cuda()
    y = x * 2
    if gpu:
        y = y.cpu()
    return y.numpy()
""",
        [],
    ),
    "the variable of the test is bound anew": (
        """
def f(gpu):
    x = torch.ones(3)
    if gpu:
        x = x.cuda()
    gpu = input() == "y"
    if gpu:
        x = x.cpu()
    return x.numpy()
""",
        ["102"],
    ),
    "a flag of an object that is set in between": (
        """
class A:
    def f(self):
        x = torch.ones(3)
        if self.gpu:
            x = x.cuda()
        self.gpu = not self.gpu
        return x.numpy() if not self.gpu else x.cpu().numpy()
""",
        ["102"],
    ),
    "tests of which one at most is true": (
        """
def f(x, phase):
    with torch.set_grad_enabled(phase == "train"):
        y = model(x).cpu()
    if phase == "val":
        return y.numpy()
    if phase == "train":
        return y.numpy()
""",
        ["101"],
    ),
    "a mode that a test chooses": (
        """
def f(x, train):
    with torch.inference_mode(not train):
        y = model(x).cpu()
    w = torch.ones(3, requires_grad=train)
    v = torch.ones(3).requires_grad_(train)
    p = nn.Parameter(torch.ones(3), requires_grad=train)
    if not train:
        return y.numpy(), w.numpy(), v.numpy(), p.numpy()
""",
        [],
    ),
    "a mode that a test chooses, where it records": (
        """
def f(x, train):
    with torch.inference_mode(not train):
        y = model(x).cpu()
    w = torch.ones(3, requires_grad=train)
    if train:
        return y.numpy(), w.numpy()
""",
        ["101", "101"],
    ),
    "autocast that a test switches": (
        """
def f(x, half):
    net = nn.Linear(3, 3).cuda()
    with torch.no_grad(), torch.autocast("cuda", torch.bfloat16, enabled=half):
        y = net(x).cpu()
    if not half:
        return y.numpy()
    if half:
        return y.numpy()
""",
        ["103"],
    ),
    "a module that a test freezes": (
        """
def f(x, frozen):
    net = nn.Linear(3, 3).requires_grad_(not frozen)
    if frozen:
        return net.weight.numpy()
    if not frozen:
        return net.weight.numpy()
""",
        ["101"],
    ),
    "the opposite comparison": (
        """
def f(x, mask):
    y = model(x).cpu()
    if mask is not None:
        y = y.detach()
    z = y + 1
    if mask is None:
        return z.tolist()
    return z.numpy()
""",
        [],
    ),
    "a part of a test": (
        """
def f(x, train, log):
    y = model(x).cpu()
    if not train:
        y = y.detach()
    if log and not train:
        return y.numpy()
    if log and train:
        return y.numpy()
""",
        ["101"],
    ),
    "inside of a try": (
        """
def f(x, train):
    try:
        y = model(x).cpu()
        if not train:
            y = y.detach()
        if not train:
            y.numpy()
        if train:
            y.numpy()
    except OSError:
        pass
""",
        ["101"],
    ),
    "in every round of a loop": (
        """
def f(batches, gpu):
    for _ in batches:
        x = torch.ones(3)
        if gpu:
            x = x.cuda()
        if gpu:
            x = x.cpu()
        a = x.numpy()
""",
        [],
    ),
    "is there an accelerator": (
        """
def f():
    x = torch.ones(3)
    if torch.cuda.is_available():
        x = x.cuda()
    if torch.cuda.is_available():
        x = x.cpu()
    return x.numpy()
""",
        [],
    ),
    "an operand that must be where the other is": (
        """
def f(gpu):
    x, scale = torch.ones(3), torch.ones(3)
    if gpu:
        scale = scale.cuda()
    return (x * scale).numpy()
""",
        ["207"],
    ),
    "a remembered test, and what it is about bound anew": (
        """
def f(x):
    was_array = isinstance(x, np.ndarray)
    if was_array:
        x = torch.from_numpy(x)
    x = unknown(x)
    if was_array:
        x = x.detach().cpu().numpy()
    return x
""",
        [],
    ),
    "a remembered test": (
        """
def f(x):
    is_array = isinstance(x, np.ndarray)
    if is_array:
        return x.numpy()
""",
        ["105"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), SAID.values(), ids=SAID)
def test_what_is_said(body: str, expected: list[str]) -> None:
    assert said(body) == expected
