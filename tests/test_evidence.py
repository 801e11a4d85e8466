"""What counts as evidence: small programs, and what is said of each line, in the order of lines."""

from __future__ import annotations

import pytest
from said import HEAD, said

from flake8_tensorconv import check_source
from flake8_tensorconv.engine.program import BUDGET

#: What is said, shortened: "101" is a proven finding, "111?" a possible one.
SAID: dict[str, tuple[str, list[str]]] = {
    "a test asked again": (
        """
def f(x, train):
    if train:
        y = model(x)
    else:
        y = model(x).detach()
    if not train:
        a = y.cpu().numpy()
    if train:
        b = y.cpu().numpy()
""",
        ["101"],
    ),
    "what is computed in between": (
        """
def f(gpu):
    x = torch.ones(3)
    if gpu:
        x = x.cuda()
    y = x * 2
    if gpu:
        y = y.cpu()
    return y.numpy()
""",
        [],
    ),
    "the variable of the test is bound anew": (
        """
def f(gpu):
    x = torch.ones(3)
    if gpu:
        x = x.cuda()
    gpu = input() == "y"
    if gpu:
        x = x.cpu()
    return x.numpy()
""",
        ["102"],
    ),
    "a flag of an object that is set in between": (
        """
class A:
    def f(self):
        x = torch.ones(3)
        if self.gpu:
            x = x.cuda()
        self.gpu = not self.gpu
        return x.numpy() if not self.gpu else x.cpu().numpy()
""",
        ["102"],
    ),
    "tests of which one at most is true": (
        """
def f(x, phase):
    with torch.set_grad_enabled(phase == "train"):
        y = model(x).cpu()
    if phase == "val":
        return y.numpy()
    if phase == "train":
        return y.numpy()
""",
        ["101"],
    ),
    "a mode that a test chooses": (
        """
def f(x, train):
    with torch.inference_mode(not train):
        y = model(x).cpu()
    w = torch.ones(3, requires_grad=train)
    v = torch.ones(3).requires_grad_(train)
    p = nn.Parameter(torch.ones(3), requires_grad=train)
    if not train:
        return y.numpy(), w.numpy(), v.numpy(), p.numpy()
""",
        [],
    ),
    "a mode that a test chooses, where it records": (
        """
def f(x, train):
    with torch.inference_mode(not train):
        y = model(x).cpu()
    w = torch.ones(3, requires_grad=train)
    if train:
        return y.numpy(), w.numpy()
""",
        ["101", "101"],
    ),
    "autocast that a test switches": (
        """
def f(x, half):
    net = nn.Linear(3, 3).cuda()
    with torch.no_grad(), torch.autocast("cuda", torch.bfloat16, enabled=half):
        y = net(x).cpu()
    if not half:
        return y.numpy()
    if half:
        return y.numpy()
""",
        ["103"],
    ),
    "a module that a test freezes": (
        """
def f(x, frozen):
    net = nn.Linear(3, 3).requires_grad_(not frozen)
    if frozen:
        return net.weight.numpy()
    if not frozen:
        return net.weight.numpy()
""",
        ["101"],
    ),
    "the opposite comparison": (
        """
def f(x, mask):
    y = model(x).cpu()
    if mask is not None:
        y = y.detach()
    z = y + 1
    if mask is None:
        return z.tolist()
    return z.numpy()
""",
        [],
    ),
    "a part of a test": (
        """
def f(x, train, log):
    y = model(x).cpu()
    if not train:
        y = y.detach()
    if log and not train:
        return y.numpy()
    if log and train:
        return y.numpy()
""",
        ["101"],
    ),
    "inside of a try": (
        """
def f(x, train):
    try:
        y = model(x).cpu()
        if not train:
            y = y.detach()
        if not train:
            y.numpy()
        if train:
            y.numpy()
    except OSError:
        pass
""",
        ["101"],
    ),
    "in every round of a loop": (
        """
def f(batches, gpu):
    for _ in batches:
        x = torch.ones(3)
        if gpu:
            x = x.cuda()
        if gpu:
            x = x.cpu()
        a = x.numpy()
""",
        [],
    ),
    "is there an accelerator": (
        """
def f():
    x = torch.ones(3)
    if torch.cuda.is_available():
        x = x.cuda()
    if torch.cuda.is_available():
        x = x.cpu()
    return x.numpy()
""",
        [],
    ),
    "an operand that must be where the other is": (
        """
def f(gpu):
    x, scale = torch.ones(3), torch.ones(3)
    if gpu:
        scale = scale.cuda()
    return (x * scale).numpy()
""",
        ["207"],
    ),
    "a remembered test, and what it is about bound anew": (
        """
def f(x):
    was_array = isinstance(x, np.ndarray)
    if was_array:
        x = torch.from_numpy(x)
    x = unknown(x)
    if was_array:
        x = x.detach().cpu().numpy()
    return x
""",
        [],
    ),
    "a remembered test": (
        """
def f(x):
    is_array = isinstance(x, np.ndarray)
    if is_array:
        return x.numpy()
""",
        ["105"],
    ),
    "only an annotation": (
        """
def f(x: torch.Tensor, many: list[torch.Tensor]):
    a = torch.tensor(x)
    b = x.astype(np.float32)
    c = (x * 2).astype(np.float32)
    d = torch.tensor([each.sum() for each in many])
""",
        ["501?", "105?", "105?", "503?"],
    ),
    "an annotation, and a test": (
        """
def f(x: torch.Tensor):
    if isinstance(x, torch.Tensor):
        return torch.tensor(x)
    if isinstance(x, torch.Size):
        return torch.tensor(x)
""",
        ["501"],
    ),
    "what answers like a tensor": (
        """
def f(x: torch.Tensor):
    return x.detach().astype(np.float32)
""",
        ["105"],
    ),
    "something encodes something": (
        """
def f(model, texts, text):
    a = torch.from_numpy(np.array(model.encode(texts)))
    b = torch.from_numpy(np.array(text.encode("utf-8")))
""",
        ["203"],
    ),
    "an empty list": (
        """
def f(n, h):
    rows = []
    for i in range(n):
        rows.append(torch.exp(h) * i)
    if len(rows) == 0:
        return torch.tensor(rows)
    return torch.stack(rows) if rows else torch.tensor(rows)
""",
        [],
    ),
    "one of two lists": (
        """
def f(n, h, which):
    first, second = [], []
    for i in range(n):
        first.append(model(h))
        second.append(model(h))
    rows = first if which else second
    if not rows:
        for each in first:
            each.cpu().numpy()
""",
        ["101"],
    ),
    "a list of every round": (
        """
def f(n, h):
    found = []
    for i in range(n):
        rows = []
        for j in range(i):
            rows.append(model(h))
        found.append(rows)
    if not rows:
        for each in found[0]:
            each.cpu().numpy()
""",
        ["101"],
    ),
    "a list that is not empty": (
        """
def f(n, h):
    rows = []
    for i in range(n):
        rows.append(torch.exp(h) * i)
    return torch.tensor(rows) if len(rows) > 0 else None
""",
        ["503"],
    ),
    "whole numbers in a floating array": (
        """
def f(n, known):
    a = np.zeros(n)
    a[known] = -1
    b = torch.LongTensor(a)
    c = torch.LongTensor(np.round(np.linspace(0, 9, 4)))
""",
        [],
    ),
    "fractions in a floating array": (
        """
def f(n, known):
    a = torch.LongTensor(np.linspace(0, 1, n))
    b = torch.LongTensor(np.ones(n) / 3)
    c = torch.LongTensor(np.ones(n) * 0.5)
""",
        ["401", "401", "401"],
    ),
    "neither tensor nor array": (
        """
def f(t, bounds=(0, 1)):
    if torch.is_tensor(t):
        t = [t]
    for x in t:
        x = x.detach().cpu()
        x = x - bounds[0]
        print(x.numpy())
""",
        [],
    ),
    "a variable that is a tensor on one path": (
        """
def f(rewards, n):
    returns = [float(r) for r in rewards]
    if len(returns) > 1:
        returns = torch.tensor(returns) / 2
    last = [0.0]
    for _ in range(n):
        last = torch.tensor(last) * 2
    return torch.tensor(returns)
""",
        ["501", "501"],
    ),
    "a variable that is made a tensor where it is none": (
        """
def f(rewards, table, x, declared: torch.Tensor):
    returns = [float(r) for r in rewards]
    if len(returns) > 1:
        returns = torch.ones(3)
    if not isinstance(returns, torch.Tensor):
        returns = torch.tensor(returns)
    loss = 0
    for row in rewards:
        loss = torch.ones(3).sum()
    if isinstance(loss, int):
        loss = torch.tensor(loss)
    try:
        rows = [0.0]
        rows = torch.tensor(rows)
    except ValueError:
        rows = torch.tensor(rows)
    parts = {"a": [1], "b": [2]}
    for key in parts:
        part = parts[key]
        parts[key] = torch.tensor(part)
    given = [1.0]
    if x:
        given = declared
    return torch.tensor(given), x if isinstance(x, torch.Tensor) else torch.tensor(x)
""",
        [],
    ),
    "some module may give anything": (
        """
class A(nn.Module):
    def __init__(self, encoder: nn.Module):
        super().__init__()
        self.encoder = encoder

    def forward(self, x, decoder: nn.Module):
        x, skipped = self.encoder(x)
        return decoder(x, skipped[::-1]), nn.Linear(3, 3)(x)[::-1]
""",
        ["108"],
    ),
    "methods that are there to be overridden": (
        """
class Base:
    def act(self, x):
        \"\"\"What to do.\"\"\"

    def read(self, x) -> np.ndarray:
        raise NotImplementedError

    def step(self, xs):
        actions = []
        for x in xs:
            actions.append(self.act(x))
        a = torch.as_tensor(np.stack(actions))
        b = self.read(xs).numpy()
""",
        ["105?"],
    ),
    "a loop that is gone through a known number of times": (
        """
def f(p, q):
    z = torch.ones(3, dtype=torch.complex64)
    for _ in range(2):
        z = z.conj()
    z.numpy()
    for i in range(3):
        z = z.conj()
    z.numpy()
    first, second = model(p), model(q).detach()
    for each in (first, second):
        last = each.cpu()
    last.numpy()
""",
        ["104"],
    ),
    "a copy of a copy": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(3, 3)

    def features(self, x):
        return self.head(x).cpu()

net = Net()
for _ in range(4):
    net = copy.deepcopy(net)
net.features(torch.ones(3)).numpy()
""",
        ["101"],
    ),
    "a method of a dataset is given samples": (
        """
from torch.utils.data import Dataset

class Scenes(Dataset):
    def __init__(self, scenes: torch.Tensor):
        self.scenes = scenes

    def __getitem__(self, index):
        return {"image": self.scenes[index].numpy()}

    def plot(self, sample: dict[str, torch.Tensor], mask: torch.Tensor, model, names=None):
        sample["image"].numpy(), mask.squeeze().numpy(), names.numpy()
        return model(names).numpy(), mask.cuda().numpy()

    @staticmethod
    def collate(batch):
        return torch.stack([torch.as_tensor(each) for each in batch]).numpy()

    def forward(self, features: torch.Tensor):
        return features.numpy()

class Clouds(Scenes):
    def show(self, *samples, **options: torch.Tensor):
        return samples[0]["image"].numpy(), options["mask"].numpy()

class Boxes:
    def show(self, sample: dict[str, torch.Tensor]):
        return sample["image"].numpy()
""",
        ["110?", "102", "110?", "110?"],
    ),
    "the datasets of torchvision": (
        """
import torchvision
from torchvision import datasets
from torchvision.datasets import CIFAR10, folder

train = datasets.MNIST(root="data", train=True)
train.data.numpy(), train.targets[:100].numpy()
image, label = train[0]
image.numpy()
for image, label in torchvision.datasets.ImageFolder("images"):
    image.numpy()
CIFAR10("data").data.float()
train.data = train.data.cuda()
train.data.numpy(), train.transform(image.cuda()).numpy()
folder.default_loader("a.png").numpy()

class Digits(datasets.MNIST):
    def first(self):
        return self.data[0].numpy(), self.targets[0].numpy(), model(self.data).numpy()
""",
        ["105", "102", "110?", "101"],
    ),
    "methods that frameworks call without recording": (
        """
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from sklearn.base import BaseEstimator
from .engine import Engine

class Known(BaseModel):
    def __init__(self):
        self.fc = nn.Linear(3, 3)
    def forward(self, x, mode="loss"):
        return self.predict(x) if mode == "predict" else self.fc(x)
    def predict(self, x):
        return self.fc(x).cpu().numpy()
    def loss(self, x):
        return self.fc(x).cpu().numpy()

class Score(BaseMetric):
    def process(self, batch, samples):
        self.results += [model(each).cpu().numpy() for each in samples]

class Unknown(Engine):
    def predict(self, x):
        return model(x).cpu().numpy()
    def train_step(self, x):
        return model(x).cpu().numpy()

class Alone(nn.Module, BaseEstimator):
    def predict(self, x):
        return model(x).cpu().numpy()

Unknown().predict(torch.ones(3))
""",
        ["101", "101", "101", "101"],
    ),
    "a method that a framework may call without recording": (
        """
from .engine import Engine

class Unknown(Engine):
    def predict(self, x):
        return model(x).cuda().cpu().numpy(), model(x).to(self.device).numpy()
""",
        ["110?"],
    ),
    "negative steps": (
        """
def f(x, tensors: list[torch.Tensor], array: np.ndarray):
    y = torch.ones(2, 3)
    y[::-1], y[:, ::-1], y[:-3:-1]
    y[::-1] = 0
    y[::-1] += 1
    x[::-1], x.shape[::-1], array[::-1], tensors[::-1], y[::2], y[:-1], y.numpy()[::-1]
    z = y if x else np.ones(3)
    z[::-1]
    return [tensor[..., ::-1] for tensor in tensors[::-1]]

def g(x):
    return x[::-1]

g(torch.ones(3)), g([1, 2])
""",
        ["108", "108", "108", "108", "108", "108?", "108"],
    ),
    "an attribute that is a list until it is made a tensor": (
        """
class A:
    def __init__(self):
        self.rows = [1.0]

    def close(self):
        self.rows = torch.tensor(self.rows)
""",
        [],
    ),
    "what comes behind an array that has to be made a tensor": (
        """
def f(x: torch.Tensor):
    a = np.ones(3)
    logits = x.detach().cpu().numpy()
    nn.functional.softmax(logits).numpy()
    torch.exp(a).numpy()
    torch.stack([a, logits]).numpy()
    torch.exp(a).cuda().numpy()
    torch.exp(x).numpy()
""",
        ["106", "106", "106", "106", "102", "110?"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), SAID.values(), ids=SAID)
def test_what_is_said(body: str, expected: list[str]) -> None:
    assert said(body) == expected


#: What is advised where the codes are selected.
ADVISED: dict[str, tuple[str, list[str]]] = {
    "a batch has no graph, what is computed of it may have one": (
        """
class Trainer:
    def feed(self, data, net):
        self.gt = data["label"].to(self.device)
        self.output = net(data["image"].cuda())
        self.given = data["output"]

    def show(self):
        self.gt.squeeze(1).cpu().detach(), (1 - self.gt).cpu().detach()
        self.output.cpu().detach()
        self.given.cpu().detach()
        (self.output - self.gt).cpu().detach()
""",
        ["504?", "504?", "504?"],
    ),
    "what is moved is taken for a tensor": (
        """
def f(net, x):
    y = net(x)
    a = y.cpu().data.numpy(), y.cuda().data.cpu().numpy()
    with torch.no_grad():
        return net(x).cpu().data.numpy(), y.cpu().size.numpy()

def g(frame):
    return frame.data.cpu().numpy()
""",
        ["403?", "403?"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), ADVISED.values(), ids=ADVISED)
def test_what_is_advised(body: str, expected: list[str]) -> None:
    assert said(body, "TNC403", "TNC504") == expected
    assert said(body) == []


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
