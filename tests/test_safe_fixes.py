"""Safe means safe: what ran before a safe fix gives the same after it, also of nothing."""

from __future__ import annotations

import pytest
from safely_fixed import INPUTS, fixed, outcome, text_of

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting.check import check_text

#: Bodies of `def run(xs, flag)`; `xs` is a list of tensors, which may be empty.
PROGRAMS = {
    # Loops without turns.
    "cast": "t = torch.ones(2).double()\nfor x in xs:\n    t = x.bfloat16()\nreturn t.numpy()",
    "none": "t = None\nfor x in xs:\n    t = torch.mean(x)\nreturn np.asarray(t)",
    "list": "t = []\nfor x in xs:\n    t = torch.mean(x)\nreturn np.asarray(t)",
    "array": "t = np.zeros(3)\nfor x in xs:\n    t = torch.mean(x)\nreturn torch.tensor(t)",
    "number": "t = 0\nfor x in xs:\n    t += torch.mean(x)\nreturn torch.tensor(t)",
    "minus": "t = 1.0\nfor x in xs:\n    t = t - x.mean()\nreturn np.asarray(t)",
    "divided": "t = 0\nfor x in xs:\n    t += torch.mean(x)\nt = t / 2\nreturn np.asarray(t)",
    "negated": "t = 0\nfor x in xs:\n    t += torch.mean(x)\nreturn np.asarray(-t)",
    "squared": "t = 0\nfor x in xs:\n    t += torch.mean(x)\nreturn np.sqrt(t ** 2)",
    "enumerated": "t = 0\nfor _, x in enumerate(xs):\n    t = x.mean()\nreturn np.float32(t)",
    "zipped": "t = 0\nfor x, y in zip(xs, xs):\n    t = torch.dot(x, y)\nreturn np.array(t)",
    "nested": """
        t = None
        for x in xs:
            for y in xs:
                t = torch.dot(x, y)
        return np.asarray(t)""",
    "else": """
        t = None
        for x in xs:
            t = torch.mean(x)
        else:
            u = t
        return np.asarray(u)""",
    "break": """
        t = None
        for x in xs:
            t = torch.mean(x)
            break
        return np.asarray(t)""",
    "continue": """
        t = 0
        for x in xs:
            if flag:
                continue
            t = torch.mean(x)
        return np.asarray(t)""",
    "while": """
        t, rest = [], list(xs)
        while rest:
            t = torch.mean(rest.pop())
        return np.asarray(t)""",
    "while with a counter": """
        t, i = 0.0, 0
        while i < len(xs):
            t = t + xs[i].mean()
            i += 1
        return np.asarray(t)""",
    "in a tuple": """
        best, where = None, -1
        for i, x in enumerate(xs):
            best, where = torch.mean(x), i
        return np.asarray(best), where""",
    "in a list": "t = 0\nfor x in xs:\n    t += torch.mean(x)\nreturn np.array([t, t])",
    "in a dict": """
        out = {"loss": 0}
        for x in xs:
            out["loss"] = out["loss"] + torch.mean(x)
        return np.asarray(out["loss"])""",
    "in an object": """
        meter = Meter()
        for x in xs:
            meter.total += torch.mean(x)
        return np.asarray(meter.total)""",
    "by a method": """
        meter = Meter()
        for x in xs:
            meter.update(x)
        return np.asarray(meter.total)""",
    "in a helper": """
        def total(each):
            t = 0
            for x in each:
                t += torch.mean(x)
            return t
        return np.asarray(total(xs))""",
    "returned from a loop": """
        def first(each):
            for x in each:
                return torch.mean(x)
        return np.asarray(first(xs))""",
    "what was given": """
        def last(given):
            for x in xs:
                given = torch.relu(x)
            return np.asarray(given)
        return last([1.0])""",
    "an array on the way": """
        t = torch.ones(2)[0] if flag else 0
        for x in xs:
            t = torch.mean(x)
        return np.asarray(t)""",
    "a walrus": "t = 0\n[t := torch.mean(x) for x in xs]\nreturn np.asarray(t)",
    "a nonlocal": """
        t = 0
        def add(x):
            nonlocal t
            t = t + torch.mean(x)
        for x in xs:
            add(x)
        return np.asarray(t)""",
    # What goes through things by itself.
    "sum": "return np.asarray(sum(torch.mean(x) for x in xs))",
    "sum of a list": "return torch.tensor(sum([torch.mean(x) for x in xs]))",
    "sum with a start": "return np.asarray(sum((torch.mean(x) for x in xs), 0.5))",
    "sum with a named start": "return np.asarray(sum([x.mean() for x in xs], start=0.5))",
    "mean by hand": "t = sum(torch.mean(x) for x in xs) / 2\nreturn np.asarray(t)",
    "sum in numpy": "return np.sqrt(sum(torch.mean(x) for x in xs))",
    "sum as float": "return np.float32(sum(torch.mean(x) for x in xs))",
    "sum of a map": "return np.asarray(sum(map(torch.mean, xs)))",
    "sum filtered": "return np.asarray(sum(x.mean() for x in xs if flag))",
    "max": "return np.asarray(max([torch.mean(x) for x in xs], default=0.0))",
    "min": "return torch.tensor(min((torch.mean(x) for x in xs), default=0))",
    "next": "return np.asarray(next((torch.mean(x) for x in xs), 0))",
    "next of a list": "return np.asarray(next(iter([torch.mean(x) for x in xs]), None))",
    "reduce": "return np.asarray(reduce(torch.add, [torch.mean(x) for x in xs], 0))",
    "reduce with a lambda": "return np.asarray(reduce(lambda a, x: a + x.mean(), xs, 0))",
    "zip_longest": """
        return [np.asarray(a) for a, b in zip_longest([x.mean() for x in xs], [1, 2])]""",
    # Either or.
    "and": "t = xs and torch.mean(xs[0])\nreturn np.asarray(t)",
    "or": "t = flag or torch.ones(2)\nreturn np.asarray(t)",
    "or a list": "t = [torch.mean(x) for x in xs] or 0\nreturn np.asarray(t)",
    "and by length": "t = len(xs) and torch.mean(xs[0])\nreturn np.asarray(t)",
    "not": "t = 0 if not xs else torch.mean(xs[0])\nreturn np.asarray(t)",
    # Defaults.
    "get": """
        out = {"loss": torch.mean(x) for x in xs}
        return np.asarray(out.get("loss", 0))""",
    "get stored": """
        out = {}
        for x in xs:
            out["loss"] = torch.mean(x)
        return np.asarray(out.get("loss", 0.0))""",
    "get of nothing": """
        out = {}
        for x in xs:
            out["loss"] = torch.mean(x)
        return np.asarray(out.get("loss"))""",
    "pop": """
        out = {}
        if xs:
            out["loss"] = torch.mean(xs[0])
        return np.asarray(out.pop("loss", 0))""",
    "setdefault": """
        out = {}
        for x in xs:
            out["loss"] = torch.mean(x)
        return np.asarray(out.setdefault("loss", 0))""",
    "defaultdict": """
        out = defaultdict(int)
        for x in xs:
            out["loss"] += torch.mean(x)
        return np.asarray(out["loss"])""",
    "defaultdict of None": """
        out = defaultdict(lambda: None)
        for x in xs:
            out["loss"] = torch.mean(x)
        return np.asarray(out["loss"])""",
    "getattr": """
        meter = Meter()
        for x in xs:
            meter.last = torch.mean(x)
        return np.asarray(getattr(meter, "last", 0))""",
    "a slice of what is filled": "t = [0] + [torch.mean(x) for x in xs]\nreturn np.asarray(t[-1])",
    "an entry that is replaced": """
        t = [0, 0]
        for i, x in enumerate(xs):
            t[i] = torch.mean(x)
        return np.asarray(t[0])""",
    # Containers and objects of which nobody knows how full they are.
    "values of a dict": """
        out = {}
        if xs:
            out["a"] = torch.mean(xs[0])
        t = 0
        for v in out.values():
            t = v + 1
        return np.asarray(t)""",
    "keys of a dict": """
        out = {}
        for x in xs:
            out["a"] = torch.mean(x)
        t = None
        for k in out:
            t = torch.mean(xs[0])
        return np.asarray(t)""",
    "items of a dict": """
        out = {}
        if xs:
            out["a"] = torch.mean(xs[0])
        t = None
        for k, v in out.items():
            t = v
        return np.asarray(t)""",
    "sum of a dict": """
        out = {}
        for x in xs:
            out["a"] = torch.mean(x)
        return np.asarray(sum(out.values()))""",
    "a list that is cleared": """
        out = [torch.ones(2)]
        if flag:
            out.clear()
        t = 0
        for v in out:
            t = v
        return np.asarray(t)""",
    "an attribute of the class": """
        class Best:
            loss = 0
        best = Best()
        for x in xs:
            best.loss = torch.mean(x)
        return np.asarray(best.loss)""",
    "an attribute of a namespace": """
        best = SimpleNamespace(loss=0)
        for x in xs:
            best.loss = torch.mean(x)
        return np.asarray(best.loss)""",
    "a counter": """
        out = Counter()
        for x in xs:
            out["loss"] += torch.mean(x)
        return np.asarray(out["loss"])""",
    "keys without values": """
        out = dict.fromkeys(["loss"])
        for x in xs:
            out["loss"] = torch.mean(x)
        return np.asarray(out["loss"])""",
    "compared": "t = sum(x for x in xs) > 3\nreturn np.asarray(t)",
    "either compared": """
        t = 0
        if flag:
            t = torch.ones(2)
        return np.asarray(t > 3)""",
    "a named tuple": """
        row = Row(0, 0)
        for x in xs:
            row = row._replace(a=torch.mean(x))
        return np.asarray(row.a)""",
    "the variable of the loop": "x = 0\nfor x in xs:\n    pass\nreturn np.asarray(x)",
    "a generator": """
        def means():
            for x in xs:
                yield torch.mean(x)
        t = 0
        for t in means():
            pass
        return np.asarray(t)""",
    # Errors.
    "except": """
        t = 0
        try:
            t = torch.mean(xs[0])
        except IndexError:
            pass
        return np.asarray(t)""",
    "except with a value": """
        try:
            t = torch.mean(xs[0])
        except IndexError:
            t = np.zeros(2)
        return np.asarray(t)""",
    "suppress": """
        t = 0
        with suppress(IndexError):
            t = torch.mean(xs[0])
        return np.asarray(t)""",
    "finally": """
        t = 0
        try:
            for x in xs:
                t = torch.mean(x)
        finally:
            u = t
        return np.asarray(u)""",
    "match": """
        t = None
        match xs:
            case [first, *_]:
                t = torch.mean(first)
        return np.asarray(t)""",
    # Several kinds of things in one function.
    "array or tensor": """
        def to_array(x):
            return np.asarray(x)
        return [to_array(np.ones(2)), to_array(3), *(to_array(torch.mean(x)) for x in xs)]""",
    "list or tensor": """
        def double(x):
            return torch.tensor(x) * 2
        return [double([1.0]), *(double(torch.mean(x)) for x in xs)]""",
    "numpy or tensor": """
        class Box:
            def numpy(self):
                return np.ones(2)
        def to_array(x):
            return x.numpy()
        return [to_array(Box()), *(to_array(x) for x in xs)]""",
    "a list of arrays": "return torch.tensor([np.ones(2) for x in xs])",
    "arrays": "t = [np.ones(2) for x in xs]\nreturn torch.FloatTensor(t)",
    "a row or nothing": """
        rows = []
        for x in xs:
            rows = np.arange(4)[::-1]
        return torch.tensor(rows)""",
}


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "undeclared"])
@pytest.mark.parametrize("body", PROGRAMS.values(), ids=PROGRAMS)
def test_what_ran_gives_the_same_after_safe_fixes(body: str, declared: bool) -> None:
    text = text_of(body)
    if not declared:
        text = text.replace(": list[torch.Tensor]", "")
    after = fixed(text)
    for flag in (False, True):
        for given in INPUTS.values():
            before = outcome(text, given, flag)
            assert "Error" in before or outcome(after, given, flag) == before


def test_it_is_reported_all_the_same() -> None:
    for name in ("none", "list", "minus", "divided", "in a list", "sum", "max", "next", "get"):
        assert [each.code for each in check_text(text_of(PROGRAMS[name]), Options())] == ["TNC110"]
