"""Random programs in which tensors and arrays take many ways before the other library gets them.

Programs of this kind need not run: what is of interest is that nobody loses sight of a value.
"""

from __future__ import annotations

from hypothesis import strategies as st

HEADER = """\
import copy
import functools
import itertools
import operator
import sys
from collections import OrderedDict, defaultdict, deque, namedtuple
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import nn

from . import helpers
from .project import Loader, convert, settings

flag = len(sys.argv) > 1
store = {}
stack = []


def same(x):
    return x


def twice(x):
    return x * 2


def any_arguments(*args, **named):
    return args[0] if args else named["x"]


def doubling(function):
    def inner(*args, **named):
        return function(*[each * 2 for each in args], **named)
    return inner


@doubling
def decorated(x):
    return x


def logging(function):
    @functools.wraps(function)
    def inner(*args, **named):
        return function(*args, **named)
    return inner


@logging
def logged(x):
    return x


def turning(function):
    def inner(*args, **named):
        return function(*[torch.as_tensor(each) for each in args], **named)
    return inner


@turning
def turned(x):
    return x


def converting(function):
    @functools.wraps(function)
    def inner(*args, **named):
        return function(*map(lambda each: each.detach().numpy(), args), **named)
    return inner


@converting
def converted(x):
    return x


def put(holder, x):
    holder.append(x)


def fill(holder, name, x):
    holder[name] = x


def each_of(values):
    for value in values:
        yield value


def making(x):
    def inner():
        return x
    return inner


@contextmanager
def giving(x):
    yield x


def run(callback, *args):
    return callback(*args)


class Keeper:
    shared = None

    def __init__(self, held=None):
        self.held = held
        self.more = []
        self.named = {}

    def __call__(self, x):
        return x

    def __getitem__(self, index):
        return self.more[index]

    def __iter__(self):
        return iter(self.more)

    @property
    def first(self):
        return self.more[0]

    def give(self, x):
        return x

    def keep(self, x):
        self.more.append(x)
        return self

    def put(self, name, x):
        self.named.setdefault(name, []).append(x)

    @staticmethod
    def plain(x):
        return x


class Derived(Keeper):
    def give(self, x):
        return super().give(x)


@dataclass
class Record:
    x: Any
    other: Any = None


Pair = namedtuple("Pair", "x y")
steps = {"same": same, "twice": twice}
choices = [same, twice]


"""
TENSORS = (
    "torch.ones(3, 3, requires_grad=True) * 2",
    "nn.Linear(3, 3)(torch.ones(3, 3))",
    "nn.Parameter(torch.ones(3, 3))",
    'torch.ones(3, 3).to("cuda" if torch.cuda.is_available() else "cpu")',
    'torch.ones(3, 3, device="cuda")',
    "torch.ones(3, 3).cuda()",
    'torch.ones(3, 3).to("xla")',
    'torch.ones(3, 3, device="xla")',
    'torch.ones(3, 3).to(torch.device("xla"))',
    "torch.ones(3, 3)",
    "torch.from_numpy(np.ones((3, 3)))",
    "torch.as_tensor(np.ones((3, 3)))",
    "torch.Tensor(np.ones((3, 3)))",
)
ARRAYS = (
    "np.ones((3, 3))",
    "np.ones((3, 3))[::-1]",
    "np.flip(np.ones((3, 3)))",
    "torch.ones(3, 3).numpy()",
    "np.zeros((3, 3), dtype=np.float32)",
    "np.random.rand(3, 3)",
)
#: What gives what it is given, or something made of it.
EXPRESSIONS = (
    "same({})", "twice({})", "any_arguments({})", "any_arguments(x={})", "decorated({})",
    "turned({})", "converted({})",
    "logged({})", "making({})()", "run(same, {})", "run(lambda x: x, {})", "(lambda x: x)({})",
    "(same if flag else twice)({})", "(None or same)({})", "(again := same)({})",
    "steps[name]({})", 'steps["same"]({})', "choices[0]({})", '{{"a": same}}["a"]({})',
    "Keeper().give({})", "Derived().give({})", 'getattr(Keeper(), "give")({})', "Keeper()({})",
    "Keeper.plain({})", "Keeper({}).held", "Keeper().keep({}).more[0]", "Keeper().keep({}).first",
    "Keeper().keep({})[0]", "[x for x in Keeper().keep({})][0]", "Record({}).x", "Record(x={}).x",
    "Record(1, {}).other", "Pair({}, 1).x", "Pair({}, 1)[0]", "SimpleNamespace(a={}).a",
    "[{}][0]", '{{"a": {}}}["a"]', "({}, 1)[0]", "[*[{}], 1][0]", '{{**{{"a": {}}}}}["a"]',
    'dict(a={})["a"]', "dict([(1, {})])[1]", "[x for x in [{}]][0]", "{{1: x for x in [{}]}}[1]",
    "list(x for x in ({},))[0]", "[x for x, _ in zip([{}], [1])][0]",
    "[x for x, _ in itertools.zip_longest([{}], [1])][0]", "[x for _, x in enumerate([{}])][0]",
    "list(itertools.chain.from_iterable([[{}]]))[0]", "list(itertools.chain([{}], []))[0]",
    "next(iter([{}]))", "next(itertools.cycle([{}]))", "list(itertools.islice([{}], 1))[0]",
    "list(itertools.accumulate([{}]))[0]", "list(map(same, [{}]))[0]",
    "list(map(lambda x: x * 1, [{}]))[0]", "list(filter(None, [{}]))[0]", "list(reversed([{}]))[0]",
    "functools.reduce(lambda a, b: a + b, [{0}, {0}])", "functools.partial(same, {})()",
    "functools.partial(same)({})", "operator.itemgetter(0)([{}])", "copy.copy([{}])[0]",
    "copy.deepcopy({})", "sum([{}])", "max([{}], key=len)", "sorted([{}], key=len)[0]",
    "list(each_of([{}]))[0]", "{} if flag else None", "None if flag else {}", "(flag and {})",
    "(None or {})", "(kept := {})", "convert({})", "helpers.convert({})", "settings.convert({})",
    "Loader({}).x", "Loader()({})", "{}[0]", "{}[name]",
    "{}[device]", "{}[size]", "{}[index]", "{}[key]", "{}['device']",
    "{}[:, 0]", "{}[...]", "{}.T",
    "{}.reshape(-1)", "{} * 2", "2 + {}", "-{}", "{}.sum()", "{}.copy()", "{}.clone()",
    "dict(key={})['key']", "dict(device={})['device']", "SimpleNamespace(key={}).key",
    "convert(key={})", "OrderedDict(device={}).get('device')", "sorted([1], key=lambda _: {})",
    "OrderedDict(a={}).get('a')", "deque([{}]).pop()", "[{}].pop()", "[{}].copy()[0]",
    "dict(a={}).values()", "[v for _, v in dict(a={}).items()][0]", "dict(a={}).setdefault('a', 1)",
    "vars(Record({}))['x']", "Record({}).__dict__['x']", "getattr(Record({}), 'x')",
    "[[{}]][0][0]", "({},) + (1,)", "[{}] * 2", "([{}] + [1])[0]", "(lambda *a: a[0])({})",
    "(lambda x={}: x)()", "{}.squeeze()", "{}.mean(0)", "torch.stack([{0}, {0}])",
    "torch.cat([{0}, {0}])", "np.concatenate([{0}, {0}])", "{}.detach()", "{}.data", "{}.cpu()",
    "{}.astype(np.float32)", "{}.float()", "torch.from_numpy({})", "{}.numpy()",
)  # fmt: skip
#: Statements that bring a value, `{x}`, to another name, `{y}`; `{n}` is a number of its own.
STATEMENTS = (
    "{y} = {x}",
    "{y} = None\nif flag:\n    {y} = {x}",
    "{y} = []\n{y}.append({x})",
    "{y} = []\nput({y}, {x})\n{y} = {y}[0]",
    "{y} = []\n{y} += [{x}]",
    "{y} = []\n{y}.extend([{x}])\n{y} = {y}[-1]",
    "held{n} = {{}}\nfill(held{n}, name, {x})\n{y} = held{n}[name]",
    'held{n} = {{}}\nheld{n}["a"] = {x}\n{y} = held{n}["a"]',
    "held{n} = {{}}\nheld{n}.setdefault(name, []).append({x})\n{y} = held{n}[name][0]",
    "held{n} = {{}}\nheld{n}.update(a={x})\n{y} = held{n}['a']",
    "held{n} = defaultdict(list)\nheld{n}['a'].append({x})\n{y} = held{n}['a'][0]",
    "held{n} = deque()\nheld{n}.append({x})\n{y} = held{n}.popleft()",
    "held{n} = []\nkeep{n} = held{n}.append\nkeep{n}({x})\n{y} = held{n}[0]",
    "held{n} = []\nother{n} = held{n}\nother{n}.append({x})\n{y} = held{n}[0]",
    "held{n} = ([], 1)\nheld{n}[0].append({x})\n{y} = held{n}[0][0]",
    "held{n} = []\nfunctools.partial(put, held{n})({x})\n{y} = held{n}[0]",
    "held{n} = []\nrun(put, held{n}, {x})\n{y} = held{n}[0]",
    "held{n} = []\nrun(lambda v: held{n}.append(v), {x})\n{y} = held{n}[0]",
    "keeper{n} = Keeper()\nkeeper{n}.held = {x}\n{y} = keeper{n}.held",
    "keeper{n} = Keeper()\nkeeper{n}.keep({x})\n{y} = keeper{n}.first",
    "keeper{n} = Derived()\nkeeper{n}.put(name, {x})\n{y} = keeper{n}.named[name][0]",
    "keeper{n} = Keeper()\nsetattr(keeper{n}, 'held', {x})\n{y} = getattr(keeper{n}, 'held')",
    "keeper{n} = Keeper()\nkeeper{n}.keep({x})\nfor {y} in keeper{n}:\n    pass",
    "Keeper.shared = {x}\n{y} = Keeper.shared",
    "{y}, _ = {x}, 1",
    "({y}, *rest{n}), _ = [{x}, {x}], 1",
    "*{y}, last{n} = [{x}, {x}]",
    "for {y} in [{x}]:\n    pass",
    "for {y} in {x}:\n    break",
    "for i{n}, (a{n}, {y}) in enumerate(zip([1], [{x}])):\n    pass",
    "for key{n}, {y} in dict(a={x}).items():\n    pass",
    "with giving({x}) as {y}:\n    pass",
    "match {{'x': {x}}}:\n    case {{'x': {y}}}:\n        pass",
    "match Record({x}):\n    case Record({y}, _):\n        pass",
    "match [{x}, 1]:\n    case [{y}, *_]:\n        pass",
    "{y} = [1, 2]\n{y}[0] = {x}\n{y} = {y}[0]",
    "{y} = np.zeros((3, 3))\n{y}[0] = {x}[0]",
    "if (kept{n} := {x}) is not None:\n    {y} = kept{n}",
    "{y} = 0\n{y} += {x}",
    "try:\n    {y} = {x}\nfinally:\n    pass",
    "def give{n}(x={x}):\n    return x\n{y} = give{n}()",
    "def give{n}():\n    return {x}\n{y} = give{n}()",
    "def given{n}(x):\n    store[name] = x\ngiven{n}({x})\n{y} = store[name]",
    "stack.append({x})\n{y} = stack.pop()",
    "layer{n} = nn.Linear(3, 3)\nheld{n} = []\n"
    "layer{n}.register_forward_hook(lambda m, a, out: held{n}.append(out))\n"
    "layer{n}({x})\n{y} = held{n}[0]",
    "layer{n} = nn.Sequential(nn.Linear(3, 3))\n{y} = layer{n}({x})",
    "class Local{n}:\n    def __init__(self, v):\n        self.inside{n} = v\n"
    "{y} = Local{n}({x}).inside{n}",
)
#: What is done in the end, or on the way.
USES = (
    "{}.numpy()", "{}.cpu().numpy()", "{}.detach().numpy()", "{}.detach().cpu().numpy()",
    "np.stack([x for x in {}])", "np.asarray({})", "np.sort(np.array({}))", "np.mean({})",
    "{} * np.ones(3)", "np.ones(3) * {}", "{}.astype(np.float32)", "{}[::-1]", "{}.copy()",
    "torch.tensor({})", "torch.as_tensor({})", "torch.Tensor({})", "torch.from_numpy({})",
    "{}.unsqueeze(0)", "torch.sin({})", "{} + torch.ones(3)", "torch.cat([torch.ones(2, 3), {}])",
    "nn.Linear(3, 1)({})", "{} * torch.tensor([1.0, 2.0])", "{} += 1", "{}[0] = 5", "{}.add_(1)",
    "{}.fill(0)", "np.add({0}, 1, out={0})", "kept = torch.from_numpy({})", "kept = {}.numpy()",
    "shared = np.asarray({})", "{}.size()", "{}.backward()", "np.zeros(3)[{}]", "np.sum({})",
    "return_value = [np.array(x.detach()) for x in {}]", "{}.to(np.float32)", "{}.numpy().tolist()",
    "np.zeros(3, dtype={}.dtype)", "nn.Embedding(3, 3)({})",
)  # fmt: skip
#: Names of variables, some of them such as those of what is no tensor elsewhere.
NAMES = ("a", "b", "x", "device", "size", "index", "i", "out", "batch", "values", "data", "T")
#: Where the statements stand.
PLACES = ("module", "function", "method", "forward", "annotated")
_HEADS = {
    "function": "def use(given, name=None):\n",
    "annotated": "def use(given: torch.Tensor, name: str = 'a') -> None:\n",
    "method": "class User:\n    def use(self, given, name):\n",
    "forward": "class Net(nn.Module):\n    def forward(self, given, name=None):\n",
}


#: How a function is asked to do something with a value.
_ASKING = (
    "def do{n}(v, name):\n    {use}\ndo{n}({x}, name)",
    "(lambda v, name: [{use}])({x}, name)",
)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The text of a program; few of them do more than one thing that may be wrong."""
    place = draw(st.sampled_from(PLACES))
    own = place in ("method", "forward")
    lines: list[str] = ["name = 'a'"] if place == "module" else []
    names = list(draw(st.permutations(NAMES)))
    made = [names.pop()]
    given = place != "module" and draw(st.booleans())
    lines.append(f"{made[0]} = {'given' if given else _source(draw)}")
    for number in range(draw(st.integers(0, 4))):
        x = draw(st.sampled_from(made[-2:]))
        what = draw(st.integers(0, 9))
        if what == 0:
            lines += _used(draw, x, number)
            continue
        y = draw(st.sampled_from(made)) if what == 1 else names.pop()
        if own and draw(st.booleans()):
            y = f"self.{y}"
        if what == 2:
            lines.append(f"{y} = {_source(draw)}")
        elif what < 7:
            lines.append(f"{y} = {draw(st.sampled_from(EXPRESSIONS)).format(x)}")
        else:
            form = draw(st.sampled_from(STATEMENTS))
            lines += form.format(x=x, y=y, n=number).split("\n")
        if y not in made:
            made.append(y)
    lines += _used(draw, made[-1], 9)
    if place == "module":
        return HEADER + "\n".join(lines) + "\n"
    indent = "        " if own else "    "
    asked = ""
    if given or draw(st.booleans()):
        receiver = {"method": "User().use", "forward": "Net()"}.get(place, "use")
        asked = f"\n\n{receiver}({_source(draw)}, 'a')\n"
    return HEADER + _HEADS[place] + "".join(f"{indent}{line}\n" for line in lines) + asked


def _source(draw: st.DrawFn) -> str:
    return draw(st.sampled_from((*TENSORS, *TENSORS, *ARRAYS)))


def _used(draw: st.DrawFn, x: str, number: int) -> list[str]:
    """What is done with a value: on the spot, in a function inside, or in one of its own."""
    form = draw(st.sampled_from(USES))
    if draw(st.booleans()):
        return form.format(x).split("\n")
    asking = draw(st.sampled_from(_ASKING[: 1 if "=" in form else 2]))
    return asking.format(n=number, x=x, use=form.format("v")).split("\n")
