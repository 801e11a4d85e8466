"""Flags that are set where the machine has an accelerator: run with and without one, and judged."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from flake8_tensorconv import check_source
from flake8_tensorconv.verify.simulated import accelerator

#: `device` and the flag `gpu` agree.
AGREEING = (
    "if torch.cuda.is_available():\n    device, gpu = 'cuda', True\n"
    "else:\n    device, gpu = 'cpu', False\n",
    "if not torch.cuda.is_available():\n    device = 'cpu'\n    gpu = False\n"
    "else:\n    device = 'cuda'\n    gpu = True\n",
    "device = 'cpu'\ngpu = False\nif torch.cuda.is_available():\n    device = 'cuda'\n"
    "    gpu = True\n",
    "device, gpu = ('cuda', True) if torch.cuda.is_available() else ('cpu', False)\n",
    "gpu = True if torch.cuda.is_available() else False\ndevice = 'cuda' if gpu else 'cpu'\n",
    "found = torch.cuda.is_available()\nif found:\n    device, gpu = torch.device('cuda'), True\n"
    "else:\n    device, gpu = torch.device('cpu'), False\n",
    "def pick():\n    if torch.cuda.is_available():\n        return 'cuda', True\n"
    "    return 'cpu', False\n\n\ndevice, gpu = pick()\n",
    "class Setup:\n    def __init__(self):\n        self.device, self.gpu = 'cpu', False\n"
    "        if torch.cuda.is_available():\n            self.device, self.gpu = 'cuda', True\n\n\n"
    "setup = Setup()\ndevice, gpu = setup.device, setup.gpu\n",
)
USE = "import torch\n\n{}x = torch.ones(3).to(device) * 2\nprint({})\n"


@pytest.mark.parametrize("setting", AGREEING)
@pytest.mark.parametrize("simulated", [False, True])
def test_what_is_placed_by_a_flag(setting: str, simulated: bool) -> None:
    right = USE.format(setting, "(x.cpu() if gpu else x).numpy()")
    wrong = USE.format(setting, "(x if gpu else x.cpu()).numpy()")
    with accelerator() if simulated else nullcontext():
        exec(right, {})
        with pytest.raises(TypeError) if simulated else nullcontext():
            exec(wrong, {})
    assert not check_source(right), right
    assert {f.code for f in check_source(wrong)} == {"TNC102"}, wrong


def test_a_flag_that_tells_of_something_else() -> None:
    other = "gpu = len('ab') > 1\ndevice = 'cuda' if torch.cuda.is_available() else 'cpu'\n"
    text = USE.format(other, "(x if gpu else x.cpu()).numpy()")
    with accelerator(), pytest.raises(TypeError):
        exec(text, {})
    assert {f.code for f in check_source(text)} == {"TNC102"}


#: Functions that bring back what others have put on an accelerator, if there is one.
BACK = (
    "def back(x):\n    if torch.cuda.is_available():\n        return x.cpu()\n    return x\n",
    "def back(x):\n    if not torch.cuda.is_available():\n        return x\n    return x.cpu()\n",
    "def back(x):\n    return x.cpu() if torch.cuda.is_available() else x\n",
    "back = lambda x: x.cpu() if torch.cuda.is_available() else x\n",
    "def back(x):\n    return both(x)[0]\n\n\ndef both(x):\n    if torch.cuda.is_available():\n"
    "        return x.cpu(), 1\n    return x, 0\n",
    "def back(x):\n    return next(each(x))\n\n\ndef each(x):\n    if torch.cuda.is_available():\n"
    "        yield x.cpu()\n    else:\n        yield x\n",
)


@pytest.mark.parametrize("back", BACK)
def test_what_is_brought_back_where_there_is_one(back: str) -> None:
    text = (
        "import torch\n\n\ndef away(x):\n    return x.cuda() if torch.cuda.is_available() else x\n"
        f"\n\n{back}\n\nnet = away(torch.nn.Linear(2, 2))\n"
        "print(back(net(away(torch.ones(2)))).detach().numpy())\n"
    )
    for place in (accelerator(), nullcontext()):
        with place:
            exec(text, {})
    assert not check_source(text)


#: Tests behind which nothing is on an accelerator, and whether that holds.
WITHOUT = {
    "not torch.cuda.is_available()": True,
    "not self.use_cuda": True,
    "self.no_cuda": True,
    "torch.cuda.device_count() == 0": True,
    "self.fast": False,
    "torch.cuda.is_available()": False,
}


@pytest.mark.parametrize("test", WITHOUT)
def test_what_callers_give_where_there_is_none(test: str) -> None:
    text = (
        "import torch\n\n\nclass Reader:\n    def __init__(self, args):\n"
        "        self.use_cuda, self.no_cuda, self.fast = args.cuda, args.no_cuda, args.fast\n\n"
        "    def read(self, x: torch.Tensor):\n        x = x.detach()\n"
        f"        if {test}:\n            return x.numpy()\n        return x.cpu().numpy()\n"
    )
    assert ("TNC111" in {each.code for each in check_source(text)}) is not WITHOUT[test]
