"""What is put on an accelerator was not there before."""

from __future__ import annotations

import pytest
from said import said

MOVES = {
    "cuda": "far = x.cuda()",
    "without waiting": "far = x.cuda(non_blocking=True)",
    "by name": "far = x.to('cuda:0')",
    "where there is one": "far = x.to('cuda' if torch.cuda.is_available() else 'cpu')",
    "a device": "device = torch.device('cuda')\n    far = x.to(device, torch.float32)",
    "a device that is given": "far = x.to(device)",
    "a device of settings": "far = x.to(args.device)",
    "where it is wanted": "net(x.cuda())",
    "pinned": "far = x.pin_memory()",
    "in a branch": "if torch.cuda.is_available():\n        far = x.cuda()",
    "a type": "far = x.float().cuda()",
    "part by part": "far = [row.cuda() for row in x]",
    "a view": "far = x.view(-1).cuda()",
}
#: What says nothing of the kind.
OTHERS = {
    "to the CPU": "near = x.to('cpu')",
    "a cast": "other = x.to(torch.float32)",
    "another one": "far = y.cuda()",
    "where another one is": "far = x.to(y.device)",
    "what is made there": "far = torch.zeros(3, device='cuda')",
    "a module": "net.cuda()",
}
BEFORE = "def f(x: torch.Tensor, y: torch.Tensor, net, args, device):\n"


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_what_is_moved_was_elsewhere(move: str) -> None:
    """Nothing is said of its device, before and behind the move."""
    assert said(f"{BEFORE}    {move}\n    return x.detach().numpy()\n") == []
    assert said(f"{BEFORE}    a = x.detach().numpy()\n    {move}\n    return a\n") == []
    assert said(f"{BEFORE}    {move}\n    return x.numpy(), np.asarray(x * 2)\n") == []
    assert said(f"{BEFORE}    {move}\n    return y.detach().numpy()\n") == ["111?"]


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_what_says_nothing_of_it(other: str) -> None:
    """It may be anywhere."""
    assert said(f"{BEFORE}    {other}\n    return x.detach().numpy()\n") == ["111?"]


def test_what_has_been_moved_is_there() -> None:
    """That x was elsewhere says nothing of its copy."""
    text = BEFORE + "    x = x.cuda()\n    return x.detach().numpy()\n"
    assert said(text) == ["102"]
    assert said(BEFORE + "    far = x.cuda()\n    return far.detach().numpy()\n") == ["102"]


def test_a_device_that_things_are_made_on_is_not_the_cpu() -> None:
    """`device` may be any, whatever is moved from there."""
    text = "def f(device: torch.device, net):\n    x = torch.zeros(3, device=device)\n"
    text += "    net(x.cuda())\n    return torch.ones(3, device=device).numpy()\n"
    assert said(text) == ["111?"]
