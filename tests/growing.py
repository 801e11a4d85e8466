"""Programs that grow in one respect: for each kind the text of a program of size n.

Every kind has been one whose time grew faster than the program, or is a relative of one.
"""

from __future__ import annotations

from collections.abc import Callable

HEAD = "import torch\nimport numpy as np\nx = torch.ones(3, requires_grad=True)\n"
Make = Callable[[int], str]


def _each(n: int, line: Callable[[int], str]) -> str:
    return "".join(map(line, range(n)))


def _list(n: int, item: Callable[[int], str], between: str = ", ") -> str:
    return between.join(map(item, range(n)))


def _module(n: int, line: Callable[[int], str], end: str = "") -> str:
    return HEAD + _each(n, line) + end


def _function(n: int, line: Callable[[int], str], parameters: str = "x, c", end: str = "") -> str:
    """A function whose body grows."""
    return f"{HEAD}def f({parameters}):\n" + _each(n, line) + end + "    return x.numpy()\n"


def _expression(text: str) -> str:
    return f"{HEAD}y = {text}\nx.numpy()\n"


def _nested_loops(n: int) -> str:
    loops = _each(n, lambda i: "    " * (i + 1) + f"for a{i} in m:\n")
    return f"{HEAD}def f(x, m):\n" + loops + "    " * (n + 1) + "x = x + x.numpy()\n"


def _big_class(n: int) -> str:
    fields = _each(n, lambda i: f"        self.a{i} = torch.ones(3, requires_grad=True)\n")
    methods = _each(n, lambda i: f"    def m{i}(self):\n        return self.a{i}.numpy()\n")
    return f"import torch\nclass A:\n    def __init__(self):\n{fields}{methods}"


def _module_of_layers(n: int) -> str:
    fields = _each(n, lambda i: f"        self.a{i} = torch.nn.Linear(3, 3)\n")
    methods = _each(
        n,
        lambda i: (
            f"    def m{i}(self, x):\n"
            f"        return self.m{(i + 1) % n}(self.a{i}(x)).detach().numpy()\n"
        ),
    )
    start = "import torch\nclass A(torch.nn.Module):\n    def __init__(self):\n"
    return f"{start}        super().__init__()\n{fields}{methods}"


def _guarded(n: int) -> str:
    return _function(
        n,
        lambda i: (
            f"    if isinstance(c{i}, torch.Tensor):\n"
            f"        c{i} = c{i}.detach().cpu().numpy()\n"
            f"    elif c{i} is None:\n        c{i} = x.numpy()\n"
        ),
        f"{_list(n, lambda i: f'c{i}')}, x",
    )


def _hierarchy(n: int) -> str:
    root = "class A0:\n    def __init__(self, x):\n        self.x = x\n"
    below = _each(
        n,
        lambda i: (
            f"class A{i + 1}(A{i}):\n    def __init__(self, x):\n        super().__init__(x)\n"
            f"        self.x{i} = x\n    def m(self):\n        return self.x{i}.numpy()\n"
        ),
    )
    return f"{HEAD}{root}{below}A{n}(x).m()\n"


def _namesakes(n: int) -> str:
    return _module(
        n,
        lambda i: (
            f"class K{i}:\n    def run(self, a):\n        return self.go(a.numpy())\n"
            "    def go(self, a):\n        return a.run(a)\n"
        ),
    )


def _all_to_all(n: int) -> str:
    calls = _each(n, lambda j: f"    f{j}(x)\n")
    return _module(n, lambda i: f"def f{i}(x):\n{calls}    return x.numpy()\n")


def _elifs(n: int) -> str:
    first = "    if c is None:\n        pass\n"
    rest = _each(n, lambda i: f"    elif isinstance(c, T{i}):\n        c = x\n")
    return f"{HEAD}def f(x, c):\n{first}{rest}    return c.numpy()\n"


def _named_elifs(n: int) -> str:
    """Each branch gives a value to another name."""
    rest = _each(n, lambda i: f"    elif c == {i}:\n        y{i} = x.detach()\n")
    return f"{HEAD}def f(x, c):\n    if c is None:\n        y = x\n{rest}    return x.numpy()\n"


def _unpacked(n: int) -> str:
    names = _list(n, lambda i: f"a{i}")
    values = _list(n, lambda i: f"b{i}")
    used = _each(n, lambda i: f"    a{i}.numpy()\n")
    return f"{HEAD}def f({values}):\n    {names} = {values}\n{used}"


def _handed_around(n: int) -> str:
    """Functions of one name, each given to a function that may call it."""
    return _module(
        n, lambda i: f"def g{i}(x):\n    def w(a):\n        return a.numpy()\n    h(w, x)\n"
    )


def _decorators(n: int) -> str:
    made = _each(n, lambda i: f"def d{i}(f):\n    def w(*a):\n        return f(*a)\n    return w\n")
    used = _each(n, lambda i: f"@d{i}\n")
    return HEAD + made + used + "def g(x):\n    return x.numpy()\ng(x)\n"


def _tries(n: int) -> str:
    body = _each(n, lambda i: f"        y{i} = x.numpy()\n")
    return (
        f"{HEAD}def f(x):\n    try:\n{body}    except E:\n        x = x + 1\n    return x.numpy()\n"
    )


def _breaks(n: int) -> str:
    body = _each(n, lambda i: f"        x{i} = x + {i}\n        if q == {i}:\n            break\n")
    return f"{HEAD}def f(x, m):\n    for q in m:\n{body}    return x.numpy()\n"


def _questions(n: int) -> str:
    asked = _list(n, lambda i: f"isinstance(c, T{i})", " or ")
    return f"{HEAD}def f(x, c):\n    if {asked}:\n        return c\n    return x.numpy()\n"


def _names(n: int) -> str:
    made = _each(n, lambda i: f"x{i} = torch.ones(3)\n")
    return HEAD + made + "y = (" + _list(n, lambda i: f"x{i}", " + ") + ").numpy()\n"


def _calls(n: int) -> str:
    end = f"def f{n}(x):\n    return x.numpy()\nf0(x)\n"
    return _module(n, lambda i: f"def f{i}(x):\n    return f{i + 1}(x)\n", end)


def _returns(n: int) -> str:
    return _function(n, lambda i: f"    x{i} = x\n    if c == {i}:\n        return x{i}\n")


def _nested_comprehensions(n: int) -> str:
    return _expression("[" * n + "x.numpy()" + _each(n, lambda i: f" for a{i} in x]"))


def _becomes(*statements: str, start: str = "t = x") -> Make:
    """A variable that is made of itself, over and over again."""

    def make(n: int) -> str:
        lines = _each(n, lambda i: statements[i % len(statements)] + "\n")
        return f"{HEAD}{start}\n" + lines + "np.array(t)\nx.numpy()\n"

    return make


#: What a program is made of, and a size at which it is analysed within some hundredths of a second.
KINDS: dict[str, tuple[Make, int]] = {
    "for clauses": (
        lambda n: _expression("[x.numpy() " + _list(n, lambda i: f"for a{i} in x", " ") + "]"),
        64,
    ),
    "for clauses over numbers": (
        lambda n: _expression("[x.numpy() " + _list(n, lambda i: f"for a{i} in (0, 1)", " ") + "]"),
        8,
    ),
    "and": (lambda n: _expression("x" + " and x" * n), 80),
    "or": (lambda n: _expression("x" + " or x" * n), 80),
    "questions": (_questions, 40),
    "sums": (lambda n: _expression("x" + " + x" * n), 200),
    "sums of different names": (_names, 100),
    "method calls": (lambda n: _expression("x" + ".abs()" * n), 60),
    "conversions in a list": (
        lambda n: _expression("[" + _list(n, lambda i: "x.numpy()") + "]"),
        60,
    ),
    "messages": (lambda n: _expression("f'" + "{x.numpy()}" * n + "'"), 60),
    "attributes and methods": (_big_class, 40),
    "layers": (_module_of_layers, 40),
    "guarded parameters": (_guarded, 40),
    "elif": (_elifs, 40),
    "elif and names": (_named_elifs, 80),
    "unpacking": (_unpacked, 250),
    "functions that are handed around": (_handed_around, 60),
    "functions that call functions": (_calls, 150),
    "decorators": (_decorators, 80),
    "inheritance": (_hierarchy, 12),
    "methods of one name": (_namesakes, 40),
    "branches": (lambda n: _function(n, lambda i: f"    if c.a{i}:\n        x = x + {i}\n"), 60),
    "one test again": (lambda n: _function(n, lambda i: f"    if c:\n        x = x + {i}\n"), 60),
    "statements of a try": (_tries, 60),
    "ways out of a loop": (_breaks, 80),
    "ways out of a function": (_returns, 60),
    "a flat script": (lambda n: _module(n, lambda i: f"y{i} = x.numpy()\n"), 80),
    "shared memory": (
        lambda n: _module(n, lambda i: f"y{i} = x.detach().numpy()\nx.data[0] = {i}\n"),
        60,
    ),
    "tuples in tuples": (_becomes("t = (t, t)"), 12),
    "tuples of tuples": (_becomes("t = (*t, *t)", start="t = (x,)"), 12),
    "tuples and tuples": (_becomes("t = t + t", start="t = (x,)"), 12),
    "lists in lists": (_becomes("t = [t, t]"), 12),
    "one or the other": (_becomes("if c: t = (t, [t])", "if d: t = [t, (t, t)]"), 80),
    "zip of itself": (_becomes("t = zip(t, t)"), 12),
    "turns": (_becomes("t = [(t, t) for _ in t]"), 12),
    "comments": (lambda n: _module(n, lambda i: f"y{i} = x.numpy()  # noqa: TNC101\n"), 60),
}

#: What Python itself does not nest deeply: more may be asked of each level, but not twice as much.
BOUNDED: dict[str, tuple[Make, int]] = {
    "nested comprehensions": (_nested_comprehensions, 8),
    "conditions of comprehensions": (
        lambda n: _expression("[x for b in x if " * n + "x" + "]" * n),
        6,
    ),
    "tests in tests": (lambda n: _expression("(x if " * n + "x" + " else x)" * n), 10),
    "tests that are calls": (lambda n: _expression("(x if g(" * n + "x" + ") else x)" * n), 8),
    "nested loops": (_nested_loops, 4),
    "functions that all call each other": (_all_to_all, 4),
}
