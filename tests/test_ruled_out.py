"""Where a test has ruled out the case that a fix would change, there is a safe fix."""

from __future__ import annotations

import pytest
from safely_fixed import INPUTS, fixed, outcome, text_of

RULED_OUT = {
    "none": "t = None\nfor x in xs:\n    t = x.mean()\nif t is None:\n    return 0",
    "not none": "t = None\nfor x in xs:\n    t = x.mean()\nassert t is not None",
    "false": "t = []\nfor x in xs:\n    t = x.mean()\nif isinstance(t, list):\n    return 0",
    "a tensor": "t = 0\nfor x in xs:\n    t += x.mean()\nif not torch.is_tensor(t):\n    return 0",
    "no method": "t = 0\nfor x in xs:\n    t = x.mean()\nif not hasattr(t, 'cpu'):\n    return 0",
    "its method": "t = 0\nfor x in xs:\n    t += torch.mean(x)\nt = t.sqrt()",
    "a function": "t = 0\nfor x in xs:\n    t += torch.mean(x)\nt = torch.sqrt(t)",
    "a tensor to begin with": "t = torch.zeros(())\nfor x in xs:\n    t = t + x.mean()",
    "elements that are there": "t = 0\nfor i in (1, 2):\n    t = t + torch.mean(xs[i])",
    "a sum of what is there": "t = sum([torch.mean(xs[0]), torch.mean(xs[1])])",
    "a default": "t = max((torch.mean(x) for x in xs), default=torch.zeros(()))",
    "an error": "t = max(torch.mean(x) for x in xs)",
}


@pytest.mark.parametrize("body", RULED_OUT.values(), ids=RULED_OUT)
def test_what_is_ruled_out_does_not_hinder(body: str) -> None:
    text = text_of(body + "\nreturn np.asarray(t)")
    after = fixed(text)
    assert "np.asarray(t.detach()" in after
    for given in INPUTS.values():
        assert outcome(after, given, False) == outcome(text, given, False)
