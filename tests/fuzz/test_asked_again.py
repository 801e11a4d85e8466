"""One statement that asks the same test twice is looked at once for each outcome."""

from __future__ import annotations

import pytest
from conversion_oracle import truth
from conversion_programs import HEADER
from test_conversions import check

PROGRAMS = {
    "with and its body": """
x1 = torch.ones(3, requires_grad=True)
with torch.set_grad_enabled(flags[1]):
    x4 = np.float32(1) if flags[1] else x1 * 2
    if not flags[1]:
        array = x4.numpy()
""",
    "with chosen and body": """
x1 = torch.ones(3, requires_grad=True)
with torch.no_grad() if flags[0] else torch.enable_grad():
    array = np.asarray(x1 * 2) if flags[0] else None
""",
    "if and its body": """
x1 = torch.ones(3, requires_grad=True)
if flags[0]:
    x2 = x1.detach() if flags[0] else x1
    array = x2.numpy()
""",
    "else asks again": """
x1 = torch.ones(3, requires_grad=True)
if flags[0]:
    pass
else:
    x2 = x1 if flags[0] else x1.detach()
    array = x2.numpy()
""",
    "try and finally": """
x1 = torch.ones(3, requires_grad=True)
try:
    x2 = x1 if flags[0] else x1.detach()
finally:
    array = None if flags[0] else x2.numpy()
""",
    "try and else": """
x1 = torch.ones(3, device="cuda")
try:
    x2 = x1 if flags[0] else x1.cpu()
except ValueError:
    raise
else:
    if not flags[0]:
        array = x2.numpy()
""",
    "for header and body": """
x1 = torch.ones(3, requires_grad=True)
for each in [x1] if flags[0] else [x1.detach()]:
    array = None if flags[0] else each.numpy()
""",
    "for and else": """
x1 = torch.ones(3, requires_grad=True)
for _ in range(2):
    x2 = x1 if flags[0] else x1.detach()
else:
    array = None if flags[0] else x2.numpy()
""",
    "while": """
x1 = torch.ones(3, requires_grad=True)
turn = 0
while turn < 2 and flags[0]:
    x2 = x1.detach() if flags[0] else x1
    turn += 1
    array = x2.numpy()
""",
    "match subject": """
x1 = torch.ones(3, requires_grad=True)
match x1 if flags[0] else x1.detach():
    case x2:
        array = None if flags[0] else x2.numpy()
""",
    "nested with alone in a loop": """
x1 = torch.ones(3, requires_grad=True)
for _ in range(2):
    with torch.set_grad_enabled(flags[1]):
        array = None if flags[1] else (x1 * 2).numpy()
""",
    "one expression": """
x1 = torch.ones(3, requires_grad=True)
array = (x1 if flags[0] else x1.detach()).detach().numpy() if flags[0] else None
array = None if flags[0] else (x1 if flags[0] else x1.detach()).numpy()
""",
    "in a function": """
def converted(x, keep):
    with torch.set_grad_enabled(keep):
        y = x * 2
        if not keep:
            return y.numpy()
    return y
x1 = torch.ones(3, requires_grad=True)
x2 = converted(x1, flags[0])
""",
    "a guard of a case and its body": """
x1 = torch.ones(3, requires_grad=True)
match x1:
    case x2 if flags[0]:
        x3 = x2.detach() if flags[0] else x2
        array = x3.numpy()
""",
    "changed in between": """
x1 = torch.ones(3, requires_grad=True)
with torch.set_grad_enabled(flags[0]):
    x2 = x1 * 2
    flags[0] = not flags[0]
    array = None if flags[0] else x2.numpy()
""",
    "bound by a case": """
def converted(x, keep):
    with torch.set_grad_enabled(keep):
        y = x * 2
        match not keep:
            case keep:
                array = None if keep else y.numpy()
converted(torch.ones(3, requires_grad=True), flags[0])
""",
}


@pytest.mark.parametrize("body", PROGRAMS.values(), ids=PROGRAMS)
def test_what_is_reported_is_what_happens(body: str) -> None:
    assert truth(HEADER + body).runs
    check(HEADER + body)
