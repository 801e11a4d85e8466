"""The focus loses no finding, whatever way a tensor takes through a file."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_tensorconv import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.selection.focus import focus
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT
from flake8_tensorconv.source.findings import Finding

#: Ways of a tensor, `t`, into what NumPy reads in the end, `got`.
WAYS = {
    "straight on": "got = t",
    "a list": "outs = []\nouts.append(t)\ngot = outs",
    "a list that a function fills": """
        def fill(store, x):
            store.append(x)
        outs = []
        fill(outs, t)
        got = outs
    """,
    "a list that is handed through two functions": """
        def put(store, x):
            store += [x]
        def fill(store, x):
            put(store, x)
        outs = []
        fill(outs, t)
        got = outs
    """,
    "a dictionary that a function fills": """
        def fill(store, name, x):
            store[name] = x
        outs = {}
        fill(outs, "a", t)
        got = outs["a"]
    """,
    "a list in a dictionary": """
        outs = {}
        outs.setdefault("a", []).append(t)
        got = outs["a"]
    """,
    "functions of itertools": """
        import itertools
        got = [a for a, b in itertools.zip_longest(itertools.chain.from_iterable([[t]]), [1])]
    """,
    "what never ends": """
        import itertools
        for got in itertools.cycle([t]):
            break
    """,
    "a method that is asked for by name": """
        class Keeper:
            def give(self, x):
                return x
        got = getattr(Keeper(), "give")(t)
    """,
    "one of two functions": """
        def same(x):
            return x
        def twice(x):
            return x * 2
        got = (same if len(t) > 2 else twice)(t)
    """,
    "a function or another": """
        def same(x):
            return x
        given = None
        got = (given or same)(t)
    """,
    "a table of functions that is written out": """
        def same(x):
            return x
        got = {"a": same}["a"](t)
    """,
    "a function that is named where it is called": """
        def same(x):
            return x
        got = (again := same)(t)
    """,
    "a function without a name": "got = (lambda x: x)(t)",
    "an instance that is called at once": """
        class Same:
            def __call__(self, x):
                return x
        got = Same()(t)
    """,
    "a decorator that takes any arguments": """
        def doubled(function):
            def inner(*args, **named):
                return function(*[a * 2 for a in args], **named)
            return inner
        @doubled
        def same(x):
            return x
        got = same(t)
    """,
    "an object that keeps lists": """
        class Keeper:
            def __init__(self):
                self.kept = {}
            def keep(self, name, x):
                self.kept.setdefault(name, []).append(x)
            def all(self, name):
                return self.kept[name]
        keeper = Keeper()
        keeper.keep("a", t)
        got = keeper.all("a")
    """,
    "an attribute": """
        class Box:
            pass
        box = Box()
        box.inside = t
        got = box.inside
    """,
    "an attribute of a parameter": """
        class Box:
            pass
        def fill(box, x):
            box.inside = x
        box = Box()
        fill(box, t)
        got = box.inside
    """,
    "an attribute by name": """
        class Box:
            pass
        box = Box()
        setattr(box, "inside", t)
        got = getattr(box, "inside")
    """,
    "a closure": """
        def maker(x):
            def inner():
                return x
            return inner
        got = maker(t)()
    """,
    "a function that stores": """
        def storing(store):
            def inner(x):
                store.append(x)
            return inner
        outs = []
        storing(outs)(t)
        got = outs
    """,
    "a bound method": """
        outs = []
        keep = outs.append
        keep(t)
        got = outs
    """,
    "a partial": """
        from functools import partial
        def fill(store, x):
            store.append(x)
        outs = []
        partial(fill, outs)(t)
        got = outs
    """,
    "a lambda": "pick = lambda x: x[0]\ngot = pick([t])",
    "map": "got = list(map(lambda x: x * 1, [t]))",
    "a comprehension": "got = [x * 1 for x in [t]]",
    "a generator": """
        def each(xs):
            for x in xs:
                yield x
        got = list(each([t]))
    """,
    "a generator of a generator": """
        def each(xs):
            for x in xs:
                yield x
        def all_of(xs):
            yield from each(xs)
        got = [x for x in all_of([t])]
    """,
    "a property": """
        class Box:
            def __init__(self, x):
                self._x = x
            @property
            def x(self):
                return self._x
        got = Box(t).x
    """,
    "a dataclass": """
        from dataclasses import dataclass
        @dataclass
        class Box:
            x: object
        got = Box(t).x
    """,
    "a named tuple": """
        from typing import NamedTuple
        class Box(NamedTuple):
            x: object
        got = Box(t).x
    """,
    "another named tuple": """
        from collections import namedtuple
        Box = namedtuple("Box", "x y")
        got = Box(t, 1).x
    """,
    "an item of an object": """
        class Bag:
            def __init__(self):
                self.items = {}
            def __setitem__(self, name, x):
                self.items[name] = x
            def __getitem__(self, name):
                return self.items[name]
        bag = Bag()
        bag["a"] = t
        got = bag["a"]
    """,
    "an object that is called": """
        class Keep:
            def __init__(self):
                self.kept = []
            def __call__(self, x):
                self.kept.append(x)
        keep = Keep()
        keep(t)
        got = keep.kept
    """,
    "a base class": """
        class Base:
            def keep(self, x):
                self.kept = x
        class Derived(Base):
            pass
        derived = Derived()
        derived.keep(t)
        got = derived.kept
    """,
    "a class attribute": """
        class Box:
            inside = None
            @classmethod
            def keep(cls, x):
                cls.inside = x
        Box.keep(t)
        got = Box.inside
    """,
    "a global": """
        got = None
        def keep(x):
            global got
            got = x
        keep(t)
    """,
    "a nonlocal": """
        def outer(x):
            kept = None
            def keep():
                nonlocal kept
                kept = x
            keep()
            return kept
        got = outer(t)
    """,
    "a default": """
        def give(x=t):
            return x
        got = give()
    """,
    "stars": """
        def give(*args, **kwargs):
            return args[0] if args else kwargs["x"]
        got = give(x=t)
    """,
    "unpacking": "(a, *got), b = [t, t], 1",
    "a walrus": "if (kept := t) is not None:\n    got = kept",
    "a context manager": """
        from contextlib import contextmanager
        @contextmanager
        def giving(x):
            yield x
        with giving(t) as got:
            pass
    """,
    "an object that is entered": """
        class Giving:
            def __init__(self, x):
                self.x = x
            def __enter__(self):
                return self.x
            def __exit__(self, *args):
                return None
        with Giving(t) as got:
            pass
    """,
    "a match": """
        match {"x": t}:
            case {"x": got}:
                pass
    """,
    "a match of a class": """
        class Box:
            __match_args__ = ("x",)
            def __init__(self, x):
                self.x = x
        match Box(t):
            case Box(got):
                pass
    """,
    "a loop over pairs": "for name, got in {'a': t}.items():\n    pass",
    "zip and enumerate": "for i, (a, got) in enumerate(zip([1], [t])):\n    pass",
    "an update": "outs = {}\nouts.update(a=t)\ngot = outs['a']",
    "an extension": "outs = []\nouts.extend([t])\ngot = outs",
    "a sum of lists": "outs = []\nouts = outs + [t]\ngot = outs",
    "a queue": "from collections import deque\nouts = deque()\nouts.append(t)\ngot = outs.pop()",
    "a default dictionary": """
        from collections import defaultdict
        outs = defaultdict(list)
        outs["a"].append(t)
        got = outs["a"]
    """,
    "a forward hook": """
        outs = []
        layer = torch.nn.Linear(3, 3)
        layer.register_forward_hook(lambda module, args, out: outs.append(out))
        layer(t)
        got = outs
    """,
    "a forward hook that is made": """
        outs = {}
        def hook(name):
            def inner(module, args, out):
                outs[name] = out
            return inner
        layer = torch.nn.Linear(3, 3)
        layer.register_forward_hook(hook("a"))
        layer(t)
        got = outs["a"]
    """,
    "a forward hook that is a method": """
        class Watch:
            def __init__(self, layer):
                self.outs = []
                layer.register_forward_hook(self.hook)
            def hook(self, module, args, out):
                self.outs.append(out)
        layer = torch.nn.Linear(3, 3)
        watch = Watch(layer)
        layer(t)
        got = watch.outs
    """,
    "a module's attribute": """
        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(3, 3)
            def forward(self, x):
                self.seen = self.layer(x)
                return self.seen
        net = Net()
        net(t)
        got = net.seen
    """,
    "a decorator": """
        def twice(f):
            def inner(x):
                return f(x) * 2
            return inner
        @twice
        def give(x):
            return x
        got = give(t)
    """,
    "a callback": """
        def run(callback, x):
            return callback(x)
        got = run(lambda x: x * 1, t)
    """,
    "a callback that stores": """
        outs = []
        def keep(x):
            outs.append(x)
        def run(callback, x):
            callback(x)
        run(keep, t)
        got = outs
    """,
    "a registry": """
        steps = {}
        def register(f):
            steps[f.__name__] = f
            return f
        @register
        def give(x):
            return x
        got = steps["give"](t)
    """,
    "a static method": """
        class Tools:
            @staticmethod
            def give(x):
                return x
        got = Tools.give(t)
    """,
    "sorted": "got = sorted([t], key=lambda x: x.sum().item())",
    "reduce": "from functools import reduce\ngot = reduce(lambda a, b: a + b, [t, t])",
    "a copy": "import copy\ngot = copy.copy([t])",
    "an iterator": """
        class Each:
            def __init__(self, xs):
                self.xs = xs
            def __iter__(self):
                return iter(self.xs)
        got = [x for x in Each([t])]
    """,
    "an alias of a list": "outs = []\nother = outs\nother.append(t)\ngot = outs",
    "a list in a tuple": "pair = ([], 1)\npair[0].append(t)\ngot = pair[0]",
}
#: Ways on which the focus does not tell where a tensor is, as it may be any that is handed around.
VAGUE = {"a function that stores", "a partial"}
#: Ways of an array as well, unless torch computes on the way.
OF_ARRAYS = [way for way, body in WAYS.items() if "torch" not in body]
#: What is done in the end, one for each kind of thing that the focus looks for.
WITH_TENSORS = (
    "np.stack([x for x in got])",
    "np.asarray(got)",
    "np.sort(np.array(got))",
    "[x * np.ones(3) for x in got]",
    "[x.astype(np.float32) for x in got]",
    "np.mean(got)",
    "got.copy()",
    "[x[::-1] for x in got]",
    "torch.tensor(got)",
    "torch.as_tensor(got)",
    "torch.Tensor(got)",
    "torch.from_numpy(got)",
)
WITH_ARRAYS = (
    "torch.from_numpy(got)",
    "torch.as_tensor(got[0])",
    "[x.unsqueeze(0) for x in got]",
    "torch.sin(got)",
)
WITH_TENSORS_ON_AN_ACCELERATOR = (
    "np.stack([x for x in got])",
    "[x + torch.ones(3) for x in got]",
    "torch.cat([torch.ones(2, 3), *got])",
    "torch.nn.Linear(3, 1)(got)",
)
WITH_GIVEN_TENSORS = (
    "np.stack([x for x in got])",
    "np.asarray(got)",
    "[np.array(x.detach()) for x in got]",
    "[x * torch.tensor([1.0, 2.0]) for x in got]",
    "torch.cat([torch.Tensor([1.0, 2.0]), *got])",
    "torch.sqrt(got) + torch.from_numpy(np.ones(2))",
)
TENSOR = "torch.ones(3, requires_grad=True) * 2"
FAR = 'torch.ones(2, 3).to("cuda" if torch.cuda.is_available() else "cpu")'
ARRAY = "np.ones(3)[::-1]"
OPTIONS = Options(unwanted=frozenset(OFF_BY_DEFAULT))


def _program(made: str, way: str, done: str) -> str:
    body = textwrap.dedent(way).strip()
    return f"import numpy as np\nimport torch\n\nt = {made}\n{body}\nprint({done})\n"


def _function(way: str, done: str) -> str:
    body = textwrap.indent(textwrap.dedent(way).strip(), "    ")
    head = "import numpy as np\nimport torch\n\n\ndef use(t: torch.Tensor):\n"
    return f"{head}{body}\n    return {done}\n"


def _whole(text: str) -> list[Finding]:
    return check_text(text, OPTIONS, whole=True)


@pytest.mark.parametrize("way", WAYS)
def test_the_focus_sees_where_tensors_go(way: str) -> None:
    for done in WITH_TENSORS:
        text = _program(TENSOR, WAYS[way], done)
        assert check_text(text, OPTIONS) == _whole(text), text


@pytest.mark.parametrize("way", sorted(WAYS.keys() - VAGUE))
def test_the_focus_sees_where_tensors_on_an_accelerator_go(way: str) -> None:
    for done in WITH_TENSORS_ON_AN_ACCELERATOR:
        text = _program(FAR, WAYS[way], done)
        assert check_text(text, OPTIONS) == _whole(text), text


@pytest.mark.parametrize("way", WAYS)
def test_the_focus_sees_where_tensors_go_that_callers_give(way: str) -> None:
    for done in WITH_GIVEN_TENSORS:
        text = _function(WAYS[way], done)
        assert check_text(text, OPTIONS) == _whole(text), text


@pytest.mark.parametrize("way", OF_ARRAYS)
def test_the_focus_sees_where_arrays_go(way: str) -> None:
    for done in WITH_ARRAYS:
        text = _program(ARRAY, WAYS[way], done)
        assert check_text(text, OPTIONS) == _whole(text), text


@pytest.mark.parametrize("way", WAYS)
def test_what_goes_these_ways_is_reported(way: str) -> None:
    """Else the focus would have nothing to lose."""
    text = _program(TENSOR, WAYS[way], WITH_TENSORS[0])
    assert "TNC101" in {each.code for each in check_text(text, OPTIONS)}, text


def test_a_file_without_a_tensor_is_not_looked_at() -> None:
    text = "import numpy as np\nimport torch\n\nprint(np.stack([1, 2]), torch.cuda.is_available())"
    assert focus(text, ast.parse(text), OPTIONS) is None


def test_what_cannot_run_is_looked_at_like_the_rest() -> None:
    """A tuple takes no second index; nothing is known of what it would give."""
    text = """\
import torch

pair = (torch.ones(2, 2, requires_grad=True), torch.ones(3, 2))
print(pair[..., :1], pair[:1, 0], pair[0, :1])
print(pair[0].numpy())
"""
    assert [each.span.line for each in check_text(text, OPTIONS)] == [5]
    assert check_text(text, OPTIONS) == _whole(text)


@pytest.mark.parametrize("device", ["cuda", "xla", "hpu:1", "npu", "mtia", "privateuseone"])
def test_every_accelerator_is_one(device: str) -> None:
    text = _program(f"torch.ones(2, 3).to({device!r})", "got = t", "torch.ones(3) + got")
    assert [each.code for each in check_text(text, OPTIONS)] == ["TNC207"]
