"""Ways of a tensor, `t`, into what NumPy reads, `got`: classes, instances, attributes, hooks."""

from __future__ import annotations

OBJECTS = {
    "an instance that is called at once": """
        class Same:
            def __call__(self, x):
                return x
        got = Same()(t)
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
    "a bound method": """
        outs = []
        keep = outs.append
        keep(t)
        got = outs
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
    "a match of a class": """
        class Box:
            __match_args__ = ("x",)
            def __init__(self, x):
                self.x = x
        match Box(t):
            case Box(got):
                pass
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
    "a static method": """
        class Tools:
            @staticmethod
            def give(x):
                return x
        got = Tools.give(t)
    """,
}
