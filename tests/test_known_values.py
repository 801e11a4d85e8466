"""Numbers, texts and flags that are known decide tests; not where a loop or a call changes them.

Every program is run, and then judged: `w` requires grad.
"""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from flake8_tensorconv import check_source

START = """import torch

w = torch.ones(2, requires_grad=True)
"""
#: What is done, and whether what requires grad is converted.
PROGRAMS = (
    (
        """running, n, x = True, 0, w.detach()
while running:
    n += 1
    x = w * n
    running = n < 3
print(x.numpy())
""",
        True,
    ),
    (
        """running, n, x = True, 0, w
while running:
    n += 1
    x = (w * n).detach()
    running = n < 3
print(x.numpy())
""",
        False,
    ),
    (
        """done, n, x = False, 0, w.detach()
while not done:
    n += 1
    x = w * n
    done = n >= 3
print(x.numpy())
""",
        True,
    ),
    (
        """done, n, x = False, 0, w
while not done:
    n += 1
    x = (w * n).detach()
    done = n >= 3
print(x.numpy())
""",
        False,
    ),
    (
        """n, x = 0, w.detach()
while n < 3:
    n += 1
    x = w * n
print(x.numpy())
""",
        True,
    ),
    (
        """n, x = 0, w
while n < 3:
    n += 1
    x = (w * n).detach()
print(x.numpy())
""",
        False,
    ),
    (
        """n, x = 0, w.detach()
for i in range(5):
    if n > 2:
        x = w * 2
    n += 1
print(x.numpy())
""",
        True,
    ),
    (
        """n, x = 0, w.detach()
for i in range(5):
    n = n + 1
    if n == 2:
        x = w * 2
print(x.numpy())
""",
        True,
    ),
    (
        """best, x = -1, w.detach()
for s in (3, 5):
    if s > best:
        best = s
        x = w * s
print(x.numpy())
""",
        True,
    ),
    (
        """best, bad, x = 100, 0, w.detach()
for e in range(9):
    loss = 9 - e
    if loss < best:
        best, bad = loss, 0
    else:
        bad += 1
    if bad > 3:
        break
    x = w * e
print(x.numpy())
""",
        True,
    ),
    (
        """class A:
    def __init__(self):
        self.n = 0

    def step(self):
        self.n += 1
        if self.n > 2:
            return w * 2
        return w.detach()


a = A()
out = [a.step() for _ in range(5)]
print([o.numpy() for o in out])
""",
        True,
    ),
    (
        """class A:
    def __init__(self):
        self.n = 0

    def step(self):
        self.n = self.n + 1
        return self.n

    def get(self):
        if self.n < 2:
            return w.detach()
        return w * 2


a = A()
a.step()
a.step()
print(a.get().numpy())
""",
        True,
    ),
    (
        """n = 0


def step():
    global n
    n += 1
    return w * 2 if n > 1 else w.detach()


step()
print(step().numpy())
""",
        True,
    ),
    (
        """names = ['a', 'b']
idx = 0
for k in names:
    idx += 1
x = w if idx >= 2 else w.detach()
print(x.numpy())
""",
        True,
    ),
    (
        """flip = False
for i in range(3):
    flip = not flip
x = w if flip else w.detach()
print(x.numpy())
""",
        True,
    ),
    (
        """flip = False
for i in range(2):
    if flip:
        print(w.numpy())
    flip = not flip
""",
        True,
    ),
    (
        """s = ''
for i in range(3):
    s += 'x'
    if 'xx' in s:
        print(w.numpy())
""",
        True,
    ),
    (
        """seen = []
for k in ('a', 'b', 'a'):
    if k in seen:
        print(w.numpy())
    seen.append(k)
""",
        True,
    ),
    (
        """seen = {}
for k in ('a', 'b', 'a'):
    if k in seen:
        print(w.numpy())
    seen[k] = 1
""",
        True,
    ),
    (
        """seen = set()
for k in ['a', 'b', 'a']:
    if k in seen:
        print(w.numpy())
    seen.add(k)
""",
        True,
    ),
    (
        """flags = [False, False]
flags[1] = True
if any(flags):
    print(w.numpy())
""",
        True,
    ),
    (
        """flags = [False] * 3
for i in range(3):
    flags[i] = True
if all(f for f in flags):
    print(w.numpy())
""",
        True,
    ),
    (
        """def f(names=()):
    if 'a' in names:
        return w
    return w.detach()


print(f(('a', 'b')).numpy())
""",
        True,
    ),
    (
        """def f(names=()):
    if 'a' in names:
        return w
    return w.detach()


print(f(('b',)).numpy())
""",
        False,
    ),
    (
        """cfg = ['x']


def add(k):
    cfg.append(k)


add('y')
if 'y' in cfg:
    print(w.numpy())
""",
        True,
    ),
    (
        """path = 'a/b.pt'
if path.split('.')[-1] == 'pt':
    print(w.numpy())
""",
        True,
    ),
    (
        """path = 'a/b.pt'
if path.split('.')[-1] == 'npy':
    print(w.numpy())
""",
        False,
    ),
    (
        """def run(mode):
    x = w * 2
    if mode.startswith('eval'):
        x = x.detach()
    return x.numpy()


print(run('eval-fast'))
""",
        False,
    ),
    (
        """def run(mode):
    x = w * 2
    if mode.startswith('eval'):
        x = x.detach()
    return x.numpy()


print(run('train'))
""",
        True,
    ),
)


@pytest.mark.parametrize(("body", "fails"), PROGRAMS)
def test_what_is_known_where_it_is_asked(body: str, fails: bool) -> None:
    with pytest.raises(RuntimeError, match="requires grad") if fails else nullcontext():
        exec(START + body, {})
    assert any(f.code == "TNC101" for f in check_source(START + body)) is fails, body
