"""`key in held`: what a dict, list, tuple or set holds decides it; the programs are run, too."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from flake8_tensorconv import check_source

START = """import torch
from torch import nn

w = torch.ones(2, requires_grad=True)
"""
#: How two words come into a container.
MADE = (
    "held = {'train': False, 'eval': True}\n",
    "held = dict(train=False, eval=True)\n",
    "held = {}\nheld['train'] = 0\nheld['eval'] = 1\n",
    "held = {word: len(word) for word in ('train', 'eval')}\n",
    "held = {'train', 'eval'}\n",
    "held = ['train', 'eval']\n",
    "held = ('train', 'eval')\n",
)
ASKED = (
    "if mode in held:\n    print(w.numpy())\n",
    "if not mode not in held:\n    print(w.numpy())\n",
    "def show(mode):\n    if mode not in held:\n        return w.detach().numpy()\n"
    "    return w.numpy()\n\n\nprint(show(mode))\n",
    "print(w.numpy() if mode and mode in held else 0)\n",
)
#: What is done to a container, and whether what requires grad is converted then.
CHANGED = (
    (
        """held = {'train': False, 'eval': True}
def add(k):
    held[k] = 1


add('x')
if 'x' in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
held.update(x=1)
if 'x' in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
held.pop('train')
if 'train' not in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
del held['train']
if 'train' not in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
if len(held) > 1:
    held['x'] = 3
if 'x' in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
if len(held) > 5:
    held['x'] = 3
if 'x' not in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
for i in range(3):
    held[f'k{i}'] = i
if 'k1' in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """def f(held):
    if 'x' in held:
        return w.numpy()


f({'x': 1})
""",
        True,
    ),
    (
        """def f(held):
    if 'x' in held:
        return w.numpy()


f({'y': 1})
""",
        False,
    ),
    (
        """def f(**held):
    if 'x' in held:
        return w.numpy()


f(x=1)
""",
        True,
    ),
    (
        """state = {'best': w}
if 'best' in state:
    print(state['best'].detach().numpy())
if 'last' in state:
    print(w.numpy())
""",
        False,
    ),
    (
        """class A:
    def __init__(self):
        self.d = {}

    def put(self, k, v):
        self.d[k] = v

    def get(self, k):
        if k in self.d:
            return self.d[k].numpy()


a = A()
a.put('x', w)
a.get('x')
""",
        True,
    ),
    (
        """sd = nn.Linear(2, 2).state_dict()
if 'weight' in sd:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
held.clear()
if 'train' not in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
held.setdefault('q', 1)
if 'q' in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
held |= {'q': 1}
if 'q' in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
o = {**held, 'q': 1}
if 'q' in o:
    print(w.numpy())
""",
        True,
    ),
    (
        """held = {'train': False, 'eval': True}
held.popitem()
if 'eval' not in held:
    print(w.numpy())
""",
        True,
    ),
    (
        """o = ['a']
o.append('b')
if 'b' in o:
    print(w.numpy())
""",
        True,
    ),
    (
        """o = ['a', 'b']
o.remove('b')
if 'b' not in o:
    print(w.numpy())
""",
        True,
    ),
    (
        """o = ['a', 'b']
o.pop()
if 'b' not in o:
    print(w.numpy())
""",
        True,
    ),
    (
        """o = ['a', 'b']
o[0] = 'c'
if 'c' in o:
    print(w.numpy())
""",
        True,
    ),
    (
        """o = ['a', 'b']
o += ['c']
if 'c' in o:
    print(w.numpy())
""",
        True,
    ),
    (
        """o = ['a', 'b']
q = o
q.append('c')
if 'c' in o:
    print(w.numpy())
""",
        True,
    ),
    (
        """o = ['a', 'b']
q = o[1:]
q.append('c')
if 'c' not in o and 'c' in q:
    print(w.numpy())
""",
        True,
    ),
    (
        """o = ['a', 'b']
o[:] = ['c']
if 'c' in o:
    print(w.numpy())
""",
        True,
    ),
    (
        """o = ['a', 'b']
if any(x == 'c' for x in o):
    print(w.numpy())
if all(x != 'b' for x in o):
    print(w.numpy())
""",
        False,
    ),
    (
        """o = ['a', 'b']
if any(x == 'b' for x in o):
    print(w.numpy())
""",
        True,
    ),
    (
        """s = {'a', 'b'}
if 'a' not in s:
    print(w.numpy())
""",
        False,
    ),
    (
        """s = {'a', 'b'}
s.add('c')
if 'c' in s:
    print(w.numpy())
""",
        True,
    ),
    (
        """s = {'a', 'b'}
s.discard('a')
if 'a' not in s:
    print(w.numpy())
""",
        True,
    ),
    (
        """s = {'a', 'b'}
s -= {'a'}
if 'a' not in s:
    print(w.numpy())
""",
        True,
    ),
    (
        """s = {'a', 'b'} - {'a'}
if 'a' not in s:
    print(w.numpy())
""",
        True,
    ),
    (
        """s = {'a', 'b'} | {'c'}
if 'c' in s:
    print(w.numpy())
""",
        True,
    ),
    (
        """s = {'a', 'b'}
s.update(['c'])
if 'c' in s:
    print(w.numpy())
""",
        True,
    ),
    (
        """def f(names={'a'}):
    return w.numpy() if 'b' in names else w.detach().numpy()


print(f())
""",
        False,
    ),
    (
        """def f(names={'a'}):
    return w.numpy() if 'b' in names else w.detach().numpy()


print(f({'b'}))
""",
        True,
    ),
    (
        """s = {'a'}
for k in ('b', 'c'):
    s = s | {k}
if 'b' in s:
    print(w.numpy())
""",
        True,
    ),
    (
        """s = {'a', 'b'} & {'a'}
if 'b' not in s:
    print(w.numpy())
""",
        True,
    ),
)


def judge(text: str, fails: bool) -> None:
    """Run a program and look at it: both say that it fails, or neither."""
    with pytest.raises(RuntimeError, match="requires grad") if fails else nullcontext():
        exec(text, {})
    assert any(f.code == "TNC101" for f in check_source(text)) is fails, text


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("made", MADE)
def test_what_is_asked_for(made: str, asked: str) -> None:
    judge(f"{START}{made}mode = 'train'\n{asked}", fails=True)
    judge(f"{START}{made}mode = 'other'\n{asked}", fails=False)


@pytest.mark.parametrize(("body", "fails"), CHANGED)
def test_what_is_changed_before(body: str, fails: bool) -> None:
    judge(START + body, fails)
