"""Where a tensor is read as an array, after tests of what it is."""

from __future__ import annotations

import pytest
from said import HEAD

from flake8_tensorconv import check_source
from flake8_tensorconv.engine.program import BUDGET

#: The lines, counted from 1, where a tensor is read as an array (TNC110, TNC113).
READING = ("TNC110", "TNC111", "TNC112", "TNC113")
READ: dict[str, tuple[str, list[int]]] = {
    "one element is an array": (
        """\
def f(image: torch.Tensor | np.ndarray, images: list[torch.Tensor] | list[np.ndarray], i=0):
    if isinstance(images[0], np.ndarray):
        np.stack(images), [np.asarray(each) for each in images]
    if not isinstance(images[i], torch.Tensor):
        np.stack(images)
    if isinstance(image[-1], np.ndarray):
        np.stack(image), np.asarray(image[0]), np.asarray(image[1])
    if torch.is_tensor(image[0]):
        return image
    np.stack(image)
""",
        [],
    ),
    "one element is a tensor": (
        """\
def f(image: torch.Tensor | np.ndarray, images: list[torch.Tensor] | list[np.ndarray], i=0):
    if isinstance(images[0], torch.Tensor):
        np.stack(images)
        np.array([np.asarray(each) for each in images])
    if not isinstance(images[i], np.ndarray):
        np.stack(images)
    if torch.is_tensor(image[0]):
        np.stack(image)
    if isinstance(image[0], np.ndarray):
        np.stack(image)
    np.stack(images), np.stack(image)
""",
        [3, 4, 6, 8, 11, 11],
    ),
    "one element of what may have been put into a list": (
        """\
from PIL import Image
def f(image: torch.Tensor | np.ndarray | Image.Image | list[torch.Tensor] | list[np.ndarray]):
    if not isinstance(image, list):
        image = [image]
    if isinstance(image[0], Image.Image):
        return np.stack([np.array(each) for each in image])
    if isinstance(image[0], np.ndarray):
        return np.concatenate(image) if image[0].ndim == 4 else np.stack(image)
    return np.stack(image)
""",
        [9],
    ),
    "all elements are asked": (
        """\
def f(xs: list[torch.Tensor] | list[np.ndarray], ys: list[torch.Tensor | np.ndarray], c):
    if all(isinstance(x, np.ndarray) for x in xs):
        np.stack(xs)
    if all(isinstance(x, torch.Tensor) for x in xs):
        np.stack(xs)
    if not any([torch.is_tensor(y) for y in ys]):
        np.stack(ys)
    if any(isinstance(y, np.ndarray) for y in ys):
        np.stack(ys)
    if not all(isinstance(y, torch.Tensor) for y in ys):
        np.stack(ys)
    if all(isinstance(c, np.ndarray) for y in ys):
        np.stack(ys)
    if all(isinstance(y, np.ndarray) for y in ys if y is not c):
        np.stack(ys)
""",
        [5, 9, 11, 13, 15],
    ),
    "what is behind a key": (
        """\
def f(batch: dict[str, torch.Tensor | np.ndarray]):
    if isinstance(batch["x"], torch.Tensor):
        np.asarray(batch["x"])
    else:
        np.asarray(batch["x"])
    np.asarray(batch["x"])
    if isinstance(batch["y"], np.ndarray):
        np.asarray(batch["x"])
        np.asarray(batch["y"])
    if not torch.is_tensor(batch["z"]):
        batch["z"] = torch.as_tensor(batch["z"])
    np.asarray(batch["z"])
""",
        [3, 6, 8, 12],
    ),
    "a place in a tuple tells nothing of the others": (
        """\
def f(y: tuple[np.ndarray, torch.Tensor], x: torch.Tensor | np.ndarray):
    both = [x, y[1]]
    if isinstance(y[0], np.ndarray):
        np.asarray(y[1])
    if isinstance(both[0], np.ndarray):
        np.asarray(both[1])
""",
        [4, 6],
    ),
    "another list after the test": (
        """\
def f(images: list[torch.Tensor] | list[np.ndarray], others: list[torch.Tensor]):
    if isinstance(images[0], np.ndarray):
        images = others
        np.stack(images)
    made = [torch.ones(3), *others]
    if isinstance(made[0], torch.Tensor):
        np.stack(made)
""",
        [4, 7],
    ),
    "a key tells nothing of the others": (
        """\
def f(batch: dict[str, torch.Tensor | np.ndarray]):
    if isinstance(batch["x"], np.ndarray):
        np.asarray(batch["y"])
""",
        [3],
    ),
    "an array that has to be made a tensor": (
        """\
def f(x: torch.Tensor):
    logits = x.detach().cpu().numpy()
    np.cumsum(nn.functional.softmax(logits))
    np.cumsum(nn.functional.softmax(x))
""",
        [4],
    ),
    "an annotation that the body contradicts": (
        """\
def ramp(x: torch.Tensor, n) -> torch.Tensor:
    if n:
        return ramp(x, n - 1) / 2
    return np.linspace(0, x[0].item(), 3)
def row(x: torch.Tensor, n) -> torch.Tensor:
    if n:
        return row(x, n - 1) / 2
    return torch.linspace(0, np.pi, 3) * x
def f(x: torch.Tensor):
    np.stack([ramp(x, 3)])
    np.stack([row(x, 3)])
""",
        [11],
    ),
    "an annotation that the body contradicts, in a file too long to follow every call": (
        f"""\
def ramp(x: torch.Tensor) -> torch.Tensor:
    return np.linspace(0, x[0].item(), 3)
def row(x: torch.Tensor) -> torch.Tensor:
    return torch.linspace(0, np.pi, 3) * x
def f(x: torch.Tensor):
    {[0] * BUDGET}
    np.stack([ramp(x)])
    np.stack([row(x)])
""",
        [8],
    ),
    "what the annotation of a helper says of something unknown": (
        """\
def checked(array: np.ndarray, flag: bool = False) -> np.ndarray:
    if array.dtype == np.uint16 or flag:
        return array.astype(np.int32)
    return array
def same(value):
    return value
def made(value) -> torch.Tensor:
    value = torch.as_tensor(value)
    return value[None] if value.ndim == 2 else value
def f(reader, path):
    data = reader.read(path).transpose()
    made(checked(data)).numpy()
    made(same(data)).numpy()
""",
        [13],
    ),
    "what a helper takes for a tensor": (
        """\
def shown(x: torch.Tensor, title: str):
    print(title, x.shape)
    return x
def plain(x, title):
    print(title, x.shape)
    return x
def f(reader, path):
    np.asarray(shown(reader.read(path), title=path))
    np.asarray(plain(reader.read(path), title=path))
""",
        [8],
    ),
}


@pytest.mark.parametrize(("body", "expected"), READ.values(), ids=READ)
def test_what_is_read_as_an_array(body: str, expected: list[int]) -> None:
    found = [each.span.line for each in check_source(HEAD + body) if each.code in READING]
    assert [line - HEAD.count("\n") for line in found] == expected
