"""Questions that a function of the file asks are as good as if they stood where it is called."""

from __future__ import annotations

import pytest
from said import HEAD, said

from flake8_tensorconv.verify.simulated import accelerator

ASKED = {
    "of a class and a device": "def far(v):\n    return torch.is_tensor(v) and v.is_cuda\n",
    "of a device": "def far(v):\n    return getattr(v, 'is_cuda', False)\n",
    "the other way round": "def far(v):\n    return not (not torch.is_tensor(v) or v.is_cpu)\n",
    "of the type of a device": (
        "def far(v):\n    '''Is it?'''\n"
        "    return isinstance(v, torch.Tensor) and v.device.type != 'cpu'\n"
    ),
    "in a lambda": "far = lambda v: torch.is_tensor(v) and v.is_cuda\n",
}
USED = {
    "if": "if far(x):\n        x = x.cpu()\n    return np.asarray(x)",
    "if not": "if not far(x):\n        return np.asarray(x)\n    return x.cpu().numpy()",
    "expression": "return x.cpu().numpy() if far(x) else np.asarray(x)",
    "and": "if torch.is_tensor(x) and far(x):\n        x = x.cpu()\n    return np.asarray(x)",
}

VALUES = (
    "values = [torch.ones(3, device='cuda'), torch.ones(3), [1.0], np.ones(2)]\n"
    "for v in values:\n    np.shape(convert(v))\n"
)


@pytest.mark.parametrize("use", USED.values(), ids=USED)
@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_what_a_function_asks_is_known_where_it_is_called(asked: str, use: str) -> None:
    body = f"{asked}def convert(x):\n    {use}\n{VALUES}"
    with accelerator():
        exec(HEAD + body, {})
    assert said(body) == []


@pytest.mark.parametrize(
    "asked",
    [
        "def far(v):\n    return torch.is_tensor(v) and not v.is_cuda\n",
        "def far(v, turned=True):\n    return torch.is_tensor(v) and v.is_cuda != turned\n",
        "Tensor = torch.Tensor\ndef far(v):\n    return isinstance(v, Tensor) and v.is_cpu\n",
    ],
)
def test_what_it_asks_may_be_wrong(asked: str) -> None:
    use = "if far(x):\n        x = x.cpu()\n    return np.asarray(x)"
    body = f"{asked}def convert(x):\n    {use}\n{VALUES}"
    with accelerator(), pytest.raises(TypeError, match="cpu"):
        exec(HEAD + body, {})
    assert said(body) == ["102"]
