"""The pictures of docs/shared-memory.md, drawn as SVG.

Each stands on a light card of its own, so that it reads the same on light and dark pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_ARRAY = "#2f5db5"
_TENSOR = "#b8430b"
_INK = "#1f2328"
_FADED = "#6b7280"
_LINE = "#8c959f"
_CARD = "#f7f8fa"
_CHANGED = "#ffe08a"
_CELL = 34


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes:
        name: its file name.
        title: what it shows, in a few words.
        text: all that it says, for readers who do not see it.
        svg: the drawing.
    """

    name: str
    title: str
    text: str
    svg: str


def pictures() -> tuple[Picture, ...]:
    """Every picture, in the order of the page."""
    return (one_block(), two_blocks(), refilled_buffer(), staging_buffer())


def one_block() -> Picture:
    """Two names of one memory."""
    return _picture(
        "one-block",
        "Sharing: two names, one memory",
        "The array a and the tensor t = torch.from_numpy(a) point at one block of memory. "
        "After a[0] = 7 both see 7, 1, 1, 1.",
        172,
        [
            _code(24, 34, "t = torch.from_numpy(a);  a[0] = 7"),
            _tag(24, 60, "a", _ARRAY),
            _tag(24, 110, "t", _TENSOR),
            _arrow(116, 76, 226, 98, _ARRAY),
            _arrow(116, 126, 226, 106, _TENSOR),
            _block(232, 85, "7111", changed=[0]),
            _words(392, 98, "one memory:"),
            _words(392, 117, "both names see the 7"),
        ],
    )


def two_blocks() -> Picture:
    """Two names of two memories."""
    return _picture(
        "copy",
        "Copying: two names, two memories",
        "The array a and the tensor t = torch.tensor(a) each point at a block of their own. "
        "After a[0] = 7 the array is 7, 1, 1, 1 and the tensor is still 1, 1, 1, 1.",
        172,
        [
            _code(24, 34, "t = torch.tensor(a);  a[0] = 7"),
            _tag(24, 60, "a", _ARRAY),
            _tag(24, 110, "t", _TENSOR),
            _arrow(116, 76, 226, 76, _ARRAY),
            _arrow(116, 126, 226, 126, _TENSOR),
            _block(232, 59, "7111", changed=[0]),
            _block(232, 109, "1111"),
            _words(392, 81, "the array's memory"),
            _words(392, 131, "the tensor's own memory"),
        ],
    )


def refilled_buffer() -> Picture:
    """The bug that is reported most."""
    parts = [
        _code(24, 34, "frame.fill(step);  history.append(torch.from_numpy(frame))"),
        _tag(478, 160, "frame", _ARRAY),
        _arrow(474, 176, 388, 176, _ARRAY),
        _block(280, 159, "222", changed=[0, 1, 2]),
    ]
    for step in range(3):
        parts.append(_tag(24, 60 + 50 * step, f"history[{step}]", _TENSOR, 116))
        parts.append(_arrow(144, 76 + 50 * step, 274, 170 + 6 * step, _TENSOR))
    for step in range(2):
        parts.append(_block(280, 59 + 50 * step, str(step) * 3, gone=True))
        parts.append(_words(392, 81 + 50 * step, f"round {step}, overwritten", _FADED))
    parts.append(
        _words(24, 226, "Meant: 0, 1 and 2. Found in the end: three times the last round.")
    )
    return _picture(
        "refilled-buffer",
        "The bug: a buffer that is filled anew while tensors on it are kept",
        "In each of three rounds the array frame is filled with the number of the round, and a "
        "tensor that shares its memory is appended to the list history. In the end all three "
        "elements of the list point at the one memory, which holds 2, 2, 2. What rounds 0 and 1 "
        "had written is overwritten.",
        244,
        parts,
    )


def staging_buffer() -> Picture:
    """The same buffer, used as it should be."""
    parts = [
        _code(24, 34, "staging[:] = step;  results.append(model(view))"),
        _tag(24, 85, "staging", _ARRAY),
        _tag(24, 135, "view", _TENSOR),
        _arrow(116, 101, 176, 122, _ARRAY),
        _arrow(116, 151, 176, 130, _TENSOR),
        _block(182, 109, "222", changed=[0, 1, 2]),
    ]
    for step in range(3):
        height = 76 + 50 * step
        parts.append(_arrow(290, 120 + 6 * step, 374, height, _INK))
        parts.append(_block(380, height - 17, str(2 * step) * 2))
        parts.append(_words(460, height + 5, f"result of round {step}"))
    parts.append(_words(24, 226, "Read before it is filled again. Results have their own memory."))
    return _picture(
        "staging-buffer",
        "No bug: a staging buffer that is read before it is filled again",
        "The array staging and the tensor view share one memory. In each round it is filled and "
        "the model reads it. Only what the model computes is kept, and each of these results "
        "has memory of its own: 0, 0, then 2, 2, then 4, 4.",
        244,
        parts,
    )


def _picture(name: str, title: str, text: str, height: int, parts: Sequence[str]) -> Picture:
    """A picture of the common width: the parts on a card, with title and description."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="{height}" '
        f'viewBox="0 0 600 {height}" role="img" aria-labelledby="title text">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="text">{escape(text)}</desc>',
        "<style>",
        "text { font: 14px system-ui, 'DejaVu Sans', Arial, sans-serif }",
        ".code { font-family: ui-monospace, 'DejaVu Sans Mono', Consolas, monospace }",
        "</style>",
        f'<rect x="0.5" y="0.5" width="599" height="{height - 1}" rx="8" fill="{_CARD}" '
        f'stroke="{_LINE}"/>',
        *parts,
        "</svg>",
        "",
    ]
    return Picture(f"shared-memory-{name}.svg", title, text, "\n".join(lines))


def _words(x: int, y: int, text: str, color: str = _INK) -> str:
    return f'<text x="{x}" y="{y}" fill="{color}">{escape(text)}</text>'


def _code(x: int, y: int, text: str) -> str:
    return f'<text class="code" x="{x}" y="{y}" fill="{_INK}">{escape(text)}</text>'


def _tag(x: int, y: int, name: str, color: str, width: int = 88) -> str:
    """A name: a filled label."""
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="32" rx="16" fill="{color}"/>\n'
        f'<text class="code" x="{x + width // 2}" y="{y + 21}" fill="#ffffff" '
        f'text-anchor="middle">{escape(name)}</text>'
    )


def _arrow(x1: int, y1: int, x2: int, y2: int, color: str) -> str:
    """A straight arrow; its head is drawn, since markers do not take the colour of their line."""
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    along, across = (x2 - x1) / length, (y2 - y1) / length
    left = f"{x2 - 9 * along - 4 * across:.1f},{y2 - 9 * across + 4 * along:.1f}"
    right = f"{x2 - 9 * along + 4 * across:.1f},{y2 - 9 * across - 4 * along:.1f}"
    end = f'x2="{x2 - 6 * along:.1f}" y2="{y2 - 6 * across:.1f}"'
    return (
        f'<line x1="{x1}" y1="{y1}" {end} stroke="{color}" stroke-width="2"/>\n'
        f'<polygon points="{x2},{y2} {left} {right}" fill="{color}"/>'
    )


def _block(x: int, y: int, numbers: str, changed: Sequence[int] = (), gone: bool = False) -> str:
    """A block of memory, a cell a digit; cells may be marked as changed, or all as gone."""
    parts = []
    for index, number in enumerate(numbers):
        left = x + _CELL * index
        fill = "none" if gone else _CHANGED if index in changed else "#ffffff"
        border = f'stroke="{_LINE}" stroke-dasharray="3 3"' if gone else f'stroke="{_INK}"'
        parts.append(
            f'<rect x="{left}" y="{y}" width="{_CELL}" height="{_CELL}" fill="{fill}" {border}/>\n'
            f'<text class="code" x="{left + _CELL // 2}" y="{y + 22}" '
            f'fill="{_FADED if gone else _INK}" text-anchor="middle">{number}</text>'
        )
    return "\n".join(parts)
