"""What annotations, lists and attributes are evidence for, line by line."""

from __future__ import annotations

import pytest
from said import said

#: What is said, shortened: "101" is a proven finding, "111?" a possible one.
SAID: dict[str, tuple[str, list[str]]] = {
    "only an annotation": (
        """
def f(x: torch.Tensor, many: list[torch.Tensor]):
    a = torch.tensor(x)
    b = x.astype(np.float32)
    c = (x * 2).astype(np.float32)
    d = torch.tensor([each.sum() for each in many])
""",
        ["501?", "105?", "105?", "503?"],
    ),
    "an annotation, and a test": (
        """
def f(x: torch.Tensor):
    if isinstance(x, torch.Tensor):
        return torch.tensor(x)
    if isinstance(x, torch.Size):
        return torch.tensor(x)
""",
        ["501"],
    ),
    "what answers like a tensor": (
        """
def f(x: torch.Tensor):
    return x.detach().astype(np.float32)
""",
        ["105"],
    ),
    "something encodes something": (
        """
def f(model, texts, text):
    a = torch.from_numpy(np.array(model.encode(texts)))
    b = torch.from_numpy(np.array(text.encode("utf-8")))
""",
        ["203"],
    ),
    "an empty list": (
        """
def f(n, h):
    rows = []
    for i in range(n):
        rows.append(torch.exp(h) * i)
    if len(rows) == 0:
        return torch.tensor(rows)
    return torch.stack(rows) if rows else torch.tensor(rows)
""",
        [],
    ),
    "one of two lists": (
        """
def f(n, h, which):
    first, second = [], []
    for i in range(n):
        first.append(model(h))
        second.append(model(h))
    rows = first if which else second
    if not rows:
        for each in first:
            each.cpu().numpy()
""",
        ["101"],
    ),
    "a list of every round": (
        """
def f(n, h):
    found = []
    for i in range(n):
        rows = []
        for j in range(i):
            rows.append(model(h))
        found.append(rows)
    if not rows:
        for each in found[0]:
            each.cpu().numpy()
""",
        ["101"],
    ),
    "a list that is not empty": (
        """
def f(n, h):
    rows = []
    for i in range(n):
        rows.append(torch.exp(h) * i)
    return torch.tensor(rows) if len(rows) > 0 else None
""",
        ["503"],
    ),
    "whole numbers in a floating array": (
        """
def f(n, known):
    a = np.zeros(n)
    a[known] = -1
    b = torch.LongTensor(a)
    c = torch.LongTensor(np.round(np.linspace(0, 9, 4)))
""",
        [],
    ),
    "fractions in a floating array": (
        """
def f(n, known):
    a = torch.LongTensor(np.linspace(0, 1, n))
    b = torch.LongTensor(np.ones(n) / 3)
    c = torch.LongTensor(np.ones(n) * 0.5)
""",
        ["401", "401", "401"],
    ),
    "neither tensor nor array": (
        """
def f(t, bounds=(0, 1)):
    if torch.is_tensor(t):
        t = [t]
    for x in t:
        x = x.detach().cpu()
        x = x - bounds[0]
        print(x.numpy())
""",
        [],
    ),
    "a variable that is a tensor on one path": (
        """
def f(rewards, n):
    returns = [float(r) for r in rewards]
    if len(returns) > 1:
        returns = torch.tensor(returns) / 2
    last = [0.0]
    for _ in range(n):
        last = torch.tensor(last) * 2
    return torch.tensor(returns)
""",
        ["501", "501"],
    ),
    "a variable that is made a tensor where it is none": (
        """
def f(rewards, table, x, declared: torch.Tensor):
    returns = [float(r) for r in rewards]
    if len(returns) > 1:
        returns = torch.ones(3)
    if not isinstance(returns, torch.Tensor):
        returns = torch.tensor(returns)
    loss = 0
    for row in rewards:
        loss = torch.ones(3).sum()
    if isinstance(loss, int):
        loss = torch.tensor(loss)
    try:
        rows = [0.0]
        rows = torch.tensor(rows)
    except ValueError:
        rows = torch.tensor(rows)
    parts = {"a": [1], "b": [2]}
    for key in parts:
        part = parts[key]
        parts[key] = torch.tensor(part)
    given = [1.0]
    if x:
        given = declared
    return torch.tensor(given), x if isinstance(x, torch.Tensor) else torch.tensor(x)
""",
        [],
    ),
    "some module may give anything": (
        """
class A(nn.Module):
    def __init__(self, encoder: nn.Module):
        super().__init__()
        self.encoder = encoder

    def forward(self, x, decoder: nn.Module):
        x, skipped = self.encoder(x)
        return decoder(x, skipped[::-1]), nn.Linear(3, 3)(x)[::-1]
""",
        ["108"],
    ),
    "methods that are there to be overridden": (
        """
class Base:
    def act(self, x):
        \"\"\"What to do.\"\"\"

    def read(self, x) -> np.ndarray:
        raise NotImplementedError

    def step(self, xs):
        actions = []
        for x in xs:
            actions.append(self.act(x))
        a = torch.as_tensor(np.stack(actions))
        b = self.read(xs).numpy()
""",
        ["105?"],
    ),
    "a loop that is gone through a known number of times": (
        """
def f(p, q):
    z = torch.ones(3, dtype=torch.complex64)
    for _ in range(2):
        z = z.conj()
    z.numpy()
    for i in range(3):
        z = z.conj()
    z.numpy()
    first, second = model(p), model(q).detach()
    for each in (first, second):
        last = each.cpu()
    last.numpy()
""",
        ["104"],
    ),
    "a copy of a copy": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(3, 3)

    def features(self, x):
        return self.head(x).cpu()

net = Net()
for _ in range(4):
    net = copy.deepcopy(net)
net.features(torch.ones(3)).numpy()
""",
        ["101"],
    ),
    "negative steps": (
        """
def f(x, tensors: list[torch.Tensor], array: np.ndarray):
    y = torch.ones(2, 3)
    y[::-1], y[:, ::-1], y[:-3:-1]
    y[::-1] = 0
    y[::-1] += 1
    x[::-1], x.shape[::-1], array[::-1], tensors[::-1], y[::2], y[:-1], y.numpy()[::-1]
    z = y if x else np.ones(3)
    z[::-1]
    return [tensor[..., ::-1] for tensor in tensors[::-1]]

def g(x):
    return x[::-1]

g(torch.ones(3)), g([1, 2])
""",
        ["108", "108", "108", "108", "108", "108?", "108"],
    ),
    "an attribute that is a list until it is made a tensor": (
        """
class A:
    def __init__(self):
        self.rows = [1.0]

    def close(self):
        self.rows = torch.tensor(self.rows)
""",
        [],
    ),
    "what comes behind an array that has to be made a tensor": (
        """
def f(x: torch.Tensor):
    a = np.ones(3)
    logits = x.detach().cpu().numpy()
    nn.functional.softmax(logits).numpy()
    torch.exp(a).numpy()
    torch.stack([a, logits]).numpy()
    torch.exp(a).cuda().numpy()
    torch.exp(x).numpy()
""",
        ["106", "106", "106", "106", "102", "110?"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), SAID.values(), ids=SAID)
def test_what_is_said(body: str, expected: list[str]) -> None:
    assert said(body) == expected
