"""Write docs/shared-memory.md and its pictures.

`python -m flake8_tensorconv.knowledge.sharing_page [--check]`
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from flake8_tensorconv.knowledge.sharing import FACTS, Direction, SharingFact
from flake8_tensorconv.knowledge.sharing_pictures import Picture, pictures

DOCS = Path(__file__).parents[2] / "docs"

_PAGE = "shared-memory.md"
_IMAGES = "images/shared-memory-*.svg"
_COMMAND = "python -m flake8_tensorconv.knowledge.sharing_page"

_SHARING = """\
# Shared memory: which call shares, which copies

A tensor and an array are each a small object: a shape, a dtype, and the address of a block of
memory that holds the numbers. To *share* means that two of them have the same address. Nothing is
copied when the second one is made, and a change in place through one is seen through the other.
"""

_COPYING = """\
After a copy the two have nothing to do with each other.
"""

_ZERO_COPY = """\
Sharing is usually right. It takes no memory, and no more time for a large array; most arrays are
turned into a tensor once, or the other way round, and never touched again. It goes wrong only if
three things come together: both names are still in use, the memory is changed *in place*, and
whoever uses the other name counts on the old numbers. `a += 1`, `a[0] = 7`, `t.add_(1)` and an
optimizer's step change in place; `a = a + 1` makes a new array and leaves the old one alone.
"""

_REFILLED = """\
## Where it goes wrong

No exception is raised and no warning is given; the numbers are wrong.
"""

_STAGING = """\
With `torch.from_numpy(frame).clone()` each element of the list has memory of its own.

## Where it is meant

The same buffer is fine as long as nothing is kept that lies in it. A copy would only cost time.
"""

_TABLES = """\
## The tables

`a` is an array and `t` a tensor on the CPU. *Shares*: always. *Copies*: always. *Depends*: either,
and the note says on what. The tests run every row on the installed torch and NumPy: they make the
call, change `a` or `t` in place, and look whether the result has changed. For *depends* they do so
in both cases.

What shares with something that shares, shares as well: `torch.from_numpy(a[1:]).T` is on `a`'s
memory. Going to another device copies, in either direction.
"""

_INTROS = {
    Direction.TO_TENSOR: "### From an array to a tensor\n",
    Direction.TO_ARRAY: "### From a tensor to an array\n",
    Direction.IN_TORCH: """\
### From a tensor to a tensor

Views decide whether a conversion further down shares: `t.T.contiguous().numpy()` may or may not be
on `t`'s memory.
""",
    Direction.IN_NUMPY: "### From an array to an array\n",
}

_CONSTRUCTOR = """\
#### `torch.Tensor(a)` shares with a float32 array

It is often said to copy, and for most arrays it does: their numbers have to be cast to the default
dtype, float32. Where there is nothing to cast, there is no copy:

```python
import numpy as np
import torch

single = np.ones(3, dtype=np.float32)
double = np.ones(3)
from_single = torch.Tensor(single)
from_double = torch.Tensor(double)
single[0] = 7
double[0] = 7
print(from_single)  # tensor([7., 1., 1.])
print(from_double)  # tensor([1., 1., 1.])
```

`torch.tensor(a)`, with a small t, always copies.
"""

_RULES = """\
## What tensorconv reports

| rule | reports |
|---|---|
| [TNC301](rules/TNC301.md) | shared memory is changed through one name and used through the other |
| [TNC302](rules/TNC302.md) | a function changes memory that it shares with an argument |
| [TNC303](rules/TNC303.md) | a tensor is made over memory that must not be written to |
| [TNC310](rules/TNC310.md) | *possible, off by default:* an argument's memory is returned or kept |

TNC301 and TNC302 follow the memory through views, attributes, containers and helpers of the file,
and report only where something goes wrong. Sharing by itself is reported over read-only memory, and
by TNC310.

## How to copy

* To a tensor: `torch.from_numpy(a).clone()`, or `torch.tensor(a)`. Both keep the dtype.
* To an array: `t.detach().cpu().numpy().copy()`. A bare `.cpu()` copies only from an accelerator.
* Only sometimes: `.contiguous()`, `.float()`, `.to(...)`, `.reshape(...)`. Whether they copy
  depends on what arrives, so do not count on it.

The fixes append `.clone()` to what makes a tensor and `.copy()` to what makes an array. They are
*unsafe*, since somebody may rely on the sharing: `tensorconv fix --unsafe-fixes` applies them. The
fix of TNC303 copies the array first, and is safe where only read-only memory arrives. Where
sharing is meant, `# noqa: TNC301` tells the next reader so.
"""


def page() -> str:
    """The text of the page."""
    one_block, two_blocks, refilled_buffer, staging_buffer = map(image, pictures())
    parts = [_SHARING, one_block, _COPYING, two_blocks, _ZERO_COPY]
    parts += [_REFILLED, refilled_buffer, _STAGING, staging_buffer, _TABLES]
    for direction in Direction:
        parts += [_INTROS[direction], table(direction)]
        if direction is Direction.TO_TENSOR:
            parts.append(_CONSTRUCTOR)
    return "\n".join([*parts, _RULES])


def image(picture: Picture) -> str:
    """A picture in Markdown, with its text for those who do not see it."""
    return f"![{picture.title}. {picture.text}](images/{picture.name})\n"


def table(direction: Direction) -> str:
    """The calls of one direction: those that share, those that may, those that copy."""
    rows = [row(fact) for fact in FACTS if fact.direction is direction]
    return "\n".join(["| call | shares? | note |", "|---|---|---|", *rows, ""])


def row(fact: SharingFact) -> str:
    """One call in a table."""
    return f"| `{fact.call}` | {fact.outcome.value} | {fact.depends or fact.note} |"


def files() -> dict[str, str]:
    """The text of the page and of every picture, by path in the folder of the documentation."""
    images = {f"images/{picture.name}": picture.svg for picture in pictures()}
    return {_PAGE: page()} | images


def stale(folder: Path) -> list[str]:
    """The paths of what is missing, out of date or superfluous in a folder of documentation."""
    wanted = files()
    paths = [folder / name for name in wanted] + list(folder.glob(_IMAGES))
    found = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if path.exists()
    }
    return sorted(name for name in wanted | found if wanted.get(name) != found.get(name))


def main(arguments: Sequence[str]) -> int:
    """Write the page and its pictures, or with `--check` only say which ones are stale.

    Returns:
        0, or 1 if `--check` found a stale file, or 2 for an unknown argument.
    """
    if list(arguments) not in ([], ["--check"]):
        print(f"usage: {_COMMAND} [--check]", file=sys.stderr)
        return 2
    names = stale(DOCS)
    if arguments:
        for name in names:
            print(f"docs/{name} is stale: run {_COMMAND}")
        return 1 if names else 0
    texts = files()
    for name in names:
        path = DOCS / name
        if name in texts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[name], encoding="utf-8", newline="\n")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
