"""How matplotlib's figures and axes are come by.

From matplotlib's documentation of `pyplot`, `Figure` and `Axes` (3.10).
"""

from __future__ import annotations

FIGURE, AXES = "matplotlib.figure.Figure", "matplotlib.axes.Axes"

_AXES_OF_FIGURE = ("add_subplot", "add_axes", "gca", "subplots", "subplot_mosaic", "sca", "delaxes")
#: Functions that give axes, or an array or dictionary of them.
GIVING_AXES = frozenset(
    f"matplotlib.pyplot.{name}"
    for name in ("gca", "axes", "subplot", "subplot2grid", "twinx", "twiny", "sca", "polar")
)
GIVING_FIGURES = frozenset({"matplotlib.pyplot.figure", "matplotlib.pyplot.gcf", FIGURE})
#: Functions that give a figure and its axes.
GIVING_BOTH = frozenset({"matplotlib.pyplot.subplots", "matplotlib.pyplot.subplot_mosaic"})

#: Methods that give axes, of a figure and of axes. An array or dictionary of axes
#: counts as axes: it is asked for these, and axes are not.
MEMBERS_AXES = {
    FIGURE: frozenset(_AXES_OF_FIGURE),
    AXES: frozenset(
        {"twinx", "twiny", "inset_axes", "secondary_xaxis", "secondary_yaxis", "ravel",
         "flatten", "reshape", "tolist", "values", "squeeze", "get", "pop"}
    ),
}  # fmt: skip
#: The same for figures.
MEMBERS_FIGURES = {
    FIGURE: frozenset({"subfigures", "add_subfigure"}),
    AXES: frozenset({"get_figure"}),
}
#: Attributes that are figures or axes themselves.
ATTRIBUTES = {
    FIGURE: {"axes": AXES},
    AXES: {"figure": FIGURE, "axes": AXES, "flat": AXES, "T": AXES},
}
#: What annotations call them.
ANNOTATIONS = {
    "matplotlib.pyplot.Axes": AXES,
    "matplotlib.pyplot.Figure": FIGURE,
    AXES: AXES,
    FIGURE: FIGURE,
}
#: What axes are called where nothing says what they are.
USUAL_NAMES = frozenset({"ax", "axs", "axes"})
