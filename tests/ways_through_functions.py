"""Ways of a tensor, `t`, into what NumPy reads, `got`: functions, their variables and arguments."""

from __future__ import annotations

FUNCTIONS = {
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
    "sorted": "got = sorted([t], key=lambda x: x.sum().item())",
    "reduce": "from functools import reduce\ngot = reduce(lambda a, b: a + b, [t, t])",
}
