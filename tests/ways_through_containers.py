"""Ways of a tensor, `t`, into what NumPy reads, `got`: lists, dictionaries, loops, unpacking."""

from __future__ import annotations

CONTAINERS = {
    "straight on": "got = t",
    "a list": "outs = []\nouts.append(t)\ngot = outs",
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
    "a comprehension": "got = [x * 1 for x in [t]]",
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
    "a match": """
        match {"x": t}:
            case {"x": got}:
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
