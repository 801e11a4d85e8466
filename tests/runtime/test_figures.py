"""matplotlib's axes: what is reported is what raises."""

from __future__ import annotations

import importlib.util
from functools import cache

import pytest

from flake8_tensorconv import Options, check_source
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT
from flake8_tensorconv.verify.run import Outcome, run_programs

HEAD = """\
import matplotlib
import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import nn

matplotlib.use("agg")
grown = nn.Linear(2, 3)(torch.ones(4, 2))
"""
#: Each raises on its last line, where TNC101 is reported.
BAD = {
    "a single panel": "fig, ax = plt.subplots()\nax.plot(grown[:, 0])",
    "by name": "fig, ax = plt.subplots()\nax.bar([0, 1, 2, 3], height=grown[:, 0])",
    "a row of panels": "fig, axes = plt.subplots(1, 2)\naxes[0].hist(grown[:, 0])",
    "a grid of panels": "fig, axes = plt.subplots(2, 2)\naxes[0, 1].imshow(grown)",
    "unpacked": "fig, (left, right) = plt.subplots(1, 2)\nright.scatter(grown[0], grown[1])",
    "each": "fig, axes = plt.subplots(1, 2)\nfor ax, row in zip(axes, grown):\n    ax.plot(row)",
    "each of a grid": "fig, axes = plt.subplots(2, 2)\nfor ax in axes.flat:\n    ax.imshow(grown)",
    "flattened": "fig, axes = plt.subplots(2, 2)\naxes.ravel()[1].imshow(grown)",
    "a mosaic": "fig, axes = plt.subplot_mosaic('ab')\naxes['a'].imshow(grown)",
    "the current one": "plt.gca().plot(grown[0])",
    "a subplot": "ax = plt.subplot(1, 2, 1)\nax.step([0, 1, 2], grown[0])",
    "added to a figure": "fig = plt.figure()\nax = fig.add_subplot(111)\nax.matshow(grown)",
    "of a new figure": "fig = Figure()\nax = fig.subplots()\nax.plot(grown[0])",
    "a twin": "fig, ax = plt.subplots()\nax.twinx().plot(grown[0])",
    "of the figure of another": (
        "fig, ax = plt.subplots()\nmore = ax.figure.add_axes((0, 0, 1, 1))\nmore.plot(grown[0])"
    ),
    "in a helper": "def draw(ax, x):\n    ax.plot(x)\n\n\ndraw(plt.subplots()[1], grown[0])",
    "in a declared helper": "def draw(panel: Axes):\n    panel.plot(grown[0])\n\n\ndraw(plt.gca())",
    "in a helper that names it": (
        "def draw(ax=None):\n    ax = ax or plt.gca()\n    ax.plot(grown[0])\n\n\ndraw()"
    ),
    "an attribute": (
        "class Plot:\n    def __init__(self):\n        self.fig, self.ax = plt.subplots()\n\n"
        "    def draw(self, x):\n        self.ax.plot(x)\n\n\nPlot().draw(grown[0])"
    ),
    "a line at": "fig, ax = plt.subplots()\nax.axhline(grown.mean())",
}
#: How far before the end the line stands.
BEFORE = {"in a helper": 3, "in a declared helper": 3, "in a helper that names it": 3,
          "an attribute": 3}  # fmt: skip
GOOD = {
    "detached": "fig, ax = plt.subplots()\nax.plot(grown[:, 0].detach())",
    "plain": "fig, axes = plt.subplots(1, 2)\naxes[0].imshow(torch.rand(3, 3))",
    "numbers": "fig, ax = plt.subplots()\nax.plot([float(x) for x in grown[0]])\nax.axhline(1.0)",
    "a title": "fig, ax = plt.subplots()\nax.set_title(f'{grown.mean():.2f}')\nfig.suptitle('x')",
    "a limit of one number": "fig, ax = plt.subplots()\nax.set_xlim(0, grown.mean().item())",
    "without gradients": (
        "with torch.no_grad():\n    plt.gca().plot(nn.Linear(1, 2)(grown[:, :1]))"
    ),
    "a tensor's own method": "axes = grown\nprint(axes.scatter(1, torch.tensor([[0]]), 1.0))",
    "another class": (
        "class Axis:\n    def plot(self, x):\n        return x.sum()\n\n\n"
        "ax = Axis()\nax.plot(grown)"
    ),
    "a list by that name": "axes = [1, 2]\nprint(axes[0], grown.sum(axes[0]))",
    "shapes": "fig, ax = plt.subplots(len(grown))\nprint(ax[0].get_title(), ax.shape, grown.shape)",
}


def _program(body: str) -> str:
    return f"{HEAD}{body}\n"


def _said(body: str) -> list[tuple[int, str]]:
    found = check_source(_program(body), Options(unwanted=frozenset(OFF_BY_DEFAULT)))
    return [(each.span.line, each.code) for each in found]


def _line(name: str) -> int:
    return _program(BAD[name]).count("\n") - BEFORE.get(name, 0)


@pytest.mark.parametrize("name", BAD)
def test_what_axes_read_is_reported(name: str) -> None:
    assert _said(BAD[name]) == [(_line(name), "TNC101")]


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_made_up(name: str) -> None:
    assert _said(GOOD[name]) == []


@cache
def outcomes() -> dict[str, Outcome]:
    programs = {**BAD, **{f"good {name}": body for name, body in GOOD.items()}}
    results = run_programs(tuple(map(_program, programs.values())), "cpu", timeout=300)
    return dict(zip(programs, results, strict=True))


needs_matplotlib = pytest.mark.skipif(
    importlib.util.find_spec("matplotlib") is None, reason="matplotlib is not installed"
)


@needs_matplotlib
@pytest.mark.parametrize("name", BAD)
def test_it_raises(name: str) -> None:
    outcome = outcomes()[name]
    assert "requires grad" in (outcome.error or "")


@needs_matplotlib
@pytest.mark.parametrize("name", GOOD)
def test_the_others_run(name: str) -> None:
    assert outcomes()[f"good {name}"].error is None
