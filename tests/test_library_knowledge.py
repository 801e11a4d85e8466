"""What functions of torch, NumPy and other libraries give: snippets, and what is said of them."""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source
from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT

HEAD = "import numpy as np\nimport torch\n"

#: The body of a snippet behind the imports, with a mark `# <- TNC101` where something is reported.
NUMPY = {
    "a tuple of arrays": """\
from numpy.polynomial.hermite import hermgauss
rule = hermgauss(5)
print(torch.from_numpy(rule[0] * np.sqrt(2.0)), torch.from_numpy(np.log(rule[1])))
print(rule[0].detach())  # <- TNC105
""",
    "a function in no table": """\
print(torch.from_numpy(np.random.get_state()[1].astype(np.int64, copy=True))[:2])
rows = np.polynomial.polynomial.polyvander(np.ones(3), 2)
print(torch.from_numpy(rows), torch.from_numpy(rows[0]), rows[0, 0] * torch.ones(2))
""",
    "a tuple of a list and a text": """\
report = np.einsum_path("ij,jk->ik", np.zeros((2, 3)), np.zeros((3, 4)), optimize="optimal")[1]
print(report.split("\\n")[0])
print(np.einsum("ij,jk->ik", np.zeros((2, 3)), np.zeros((3, 4))).detach())  # <- TNC105
""",
    "an option that gives something else": """\
print(torch.from_numpy(np.linalg.svd(np.eye(3), compute_uv=False)))
print(torch.from_numpy(np.linalg.svd(np.eye(3))))  # <- TNC202
step = np.linspace(0.0, 1.0, 3, retstep=True)[1]
print(step * torch.ones(2))
print(np.linspace(0.0, 1.0, 2) * torch.ones(2))  # <- TNC106
""",
    "an array or a tuple of them": """\
print(torch.from_numpy(np.gradient(np.arange(3.0))))
""",
    "results of different dtypes": """\
counts, edges = np.histogram(np.linspace(0.0, 1.0, 3), bins=2)
print(torch.LongTensor(counts), torch.LongTensor(edges))  # <- TNC401
print(torch.Tensor(edges), torch.Tensor(counts).long())  # <- TNC401
print(torch.Tensor(np.histogram(np.ones(3), bins=2, density=True)[0]))
print(torch.Tensor(np.bincount(np.array([0, 1]), weights=np.ones(2))))
print(torch.Tensor(np.bincount(np.array([0, 1]))))
""",
    "a dtype by position": """\
print(torch.LongTensor(np.fromiter([1, 2], np.int64)), torch.LongTensor(np.identity(2, int)))
print(torch.LongTensor(np.fromiter([1, 2], float)), torch.LongTensor(np.identity(2)))  # <- TNC401
""",
    "a product of vectors": """\
print(np.dot(np.ones(3), np.ones(3)) * torch.ones(2))
print(np.percentile(np.ones((2, 3)), 50) * torch.ones(2))
print(np.sort(np.ones(2)) * torch.ones(2))  # <- TNC106
""",
    "random numbers between unknown bounds": """\
def contrast(x: torch.Tensor, low, high):
    return np.random.uniform(low=low, high=high) * x
def shifted(x: torch.Tensor, mean, shape):
    return np.random.normal(mean, 1.0) * x + np.random.normal(mean, 1.0, shape)
print(np.random.uniform(0.0, 1.0) * torch.ones(2))
print(np.random.uniform(0.0, 1.0, size=2) * torch.ones(2))  # <- TNC106
print(np.random.uniform(np.zeros(2), 1.0) * torch.ones(2))  # <- TNC106
print(np.random.normal(0.0, 1.0, 2) * torch.ones(2))  # <- TNC106
print(np.random.default_rng().uniform(0.0, 1.0) * torch.ones(2))
print(np.random.default_rng().uniform(0.0, 1.0, 2) * torch.ones(2))  # <- TNC106
""",
    "an index where something holds": """\
print(torch.from_numpy(np.where(np.ones(3) > 0)[0]))
print(np.where(np.ones(3) > 0)[0].detach())  # <- TNC105
""",
    "an array among arrays of unknown dtype": """\
def prepend(values):
    return torch.Tensor(np.concatenate([np.array([50]), np.asarray(values)]))
def larger(values):
    return torch.Tensor(np.maximum(np.array([50]), np.asarray(values)))
print(torch.Tensor(np.concatenate([np.array([50]), np.array([33_554_433])])).long())  # <- TNC401
print(torch.Tensor(np.maximum(np.array([50]), np.array([0.5]))))
print(torch.Tensor(np.maximum(np.array([33_554_433]), 7)).long())  # <- TNC401
print(torch.Tensor(np.where(np.ones(2) > 0, np.ones(2), 0)))
print(torch.LongTensor(np.where(np.ones(2) > 0, np.ones(2) / 2, 0)))  # <- TNC401
""",
    "numbers of rounds": """\
owners, pixels = [], []
for number, flat in enumerate([np.array([1]), np.array([2])]):
    owners.append(np.full(flat.shape, number))
    pixels.append(flat)
print(torch.Tensor(np.stack([np.concatenate(owners), np.concatenate(pixels)])).long())  # <- TNC401
""",
    "limits of dtypes": """\
print(np.finfo(np.float32).eps * torch.ones(2), np.iinfo(np.int8).max * torch.ones(2))
print(np.ones(2) * torch.ones(2))  # <- TNC106
""",
}
TORCH = {
    "a function in no table": """\
def init_(tensor):
    scale = 1.0 / np.sqrt(torch.nn.init._calculate_correct_fan(tensor, "fan_in"))
    with torch.no_grad():
        return tensor.uniform_(-scale, scale)
init_(torch.nn.Linear(3, 3).weight)
print(torch.nn.init.ones_(torch.nn.Linear(3, 3).weight).numpy())  # <- TNC101
""",
    "functions that give dtypes": """\
def to_bytes(image: torch.Tensor) -> torch.Tensor:
    working = torch.promote_types(image.dtype, torch.float32)
    default = torch.get_default_dtype()
    other = torch.result_type(image, 1.0)
    return (image.detach().to(working).to(default).to(other) * 255).to(torch.uint8)
def to_array(image: torch.Tensor):
    return to_bytes(image.detach().cpu()).numpy()
def to_any(image: torch.Tensor, where):
    return image.detach().to(where).numpy()  # <- TNC111
print(np.ones(2).astype(torch.get_default_dtype()))  # <- TNC107
""",
    "numbers": """\
eps = torch.finfo(torch.float32).eps
print(np.log(eps), np.ones(2) * eps, np.ones(2) * torch.numel(torch.ones(2)))
print(np.ones(2) * torch.ones(2))  # <- TNC106
""",
    "functions that other classes take part in": """\
def joined(data, more, tensor):
    total = torch.cat([data, more], -1)
    whole = torch.cat([tensor.detach(), more], -1)
    print(whole.copy())  # <- TNC105
    return total[..., -3:].copy(), torch.stack(data).copy()
def collected(parts):
    return torch.cat(parts).numpy()  # <- TNC110
""",
    "a list as many times as a tensor says": """\
count = torch.sum(torch.ones(3, dtype=torch.long))
print(torch.tensor([0] * count), torch.tensor([[0] * count + [1]]), torch.tensor(count * [1.0]))
print(torch.tensor([count, count]))  # <- TNC503
print(torch.tensor(count * 2))  # <- TNC501
""",
}

#: Whole files, as it is the imports that matter.
IMPORTS = {
    "another library's numpy": """\
import pytest
import torch
from pennylane import numpy as np
@pytest.mark.parametrize("t", [(1, 2), np.array([1, 2]), torch.tensor([1, 2])])
def test_cast(t):
    if hasattr(t, "numpy"):
        t = t.numpy()
""",
    "the numpy of autograd": """\
import autograd.numpy as np
import torch
def f(x):
    return np.array(x).numpy(), torch.from_numpy(np.ones(3)), x.numpy()
def g(x: torch.Tensor):
    return x.numpy()  # <- TNC110
""",
    "what a session of onnxruntime gives": """\
import onnxruntime as ort
import torch
class Matcher:
    def __init__(self, path):
        self.session = ort.InferenceSession(path)
    def __call__(self, image: torch.Tensor):
        binding = self.session.io_binding()
        self.session.run_with_iobinding(binding)
        matches, scores = binding.get_outputs()
        other = torch.from_numpy(self.session.run(None, {})[0])
        return torch.from_numpy(matches.numpy()), torch.from_numpy(scores.numpy()), other
def outside(x):
    return x.numpy()  # <- TNC110
""",
    "readers of sounds and images": """\
import torch
import torchaudio
import torchvision
import torchvision.transforms.functional as TVF
from PIL import Image
def pcm(path):
    wave, rate = torchaudio.load(path)
    return (wave * 32767).to(torch.int16).numpy().tobytes()
def resampled(path):
    wave, rate = torchaudio.load(path)
    return torchaudio.functional.resample(wave, rate, 16000).numpy()
def read(path):
    return torchvision.io.read_image(path).numpy()
def decoded(data, device):
    return torchvision.io.decode_jpeg(data, device=device).numpy()  # <- TNC110
def preprocess(image: Image.Image):
    tensor = TVF.normalize(TVF.to_tensor(image), mean=[0.5] * 3, std=[0.5] * 3)
    return torch.stack([tensor]).float().numpy()
def batch(image: torch.Tensor):
    return TVF.normalize(image, mean=[0.5] * 3, std=[0.5] * 3).numpy()  # <- TNC110
def transformed(image):
    return torchvision.transforms.ToTensor()(image).numpy()
def noise(path):
    wave, rate = torchaudio.load(path)
    gain = torch.ones(1, requires_grad=True)
    return torchaudio.functional.gain(wave * gain).numpy()  # <- TNC101
""",
    "predictions of Lightning": """\
import torch
from lightning import pytorch as pl
def predict(model: pl.LightningModule, loader):
    trainer = pl.Trainer(logger=False)
    return torch.cat(trainer.predict(model, dataloaders=loader), 0).numpy()
def again(trainer: pl.Trainer, model, loader):
    return [batch.numpy() for batch in trainer.predict(model, loader)]
def by_hand(model, loader):
    return torch.cat([model(batch.cuda()) for batch in loader]).numpy()  # <- TNC110
""",
    "a library that may be missing": """\
import importlib
import numpy as np
import pytest
torch = pytest.importorskip("torch")
nn = importlib.import_module("torch.nn")
def test_it():
    t = torch.tensor([0.6, 0.1], dtype=torch.float64)
    assert np.all(t.numpy() == np.array([0.6, 0.1]))
    assert np.all(nn.Linear(2, 2)(t.float()).numpy() == 0)  # <- TNC101
""",
    "other libraries that may be missing": """\
import pytest
import torch
tf = pytest.importorskip("tensorflow")
def test_it(x):
    assert (tf.constant(x).numpy() == x.numpy()).all()
""",
    "everything of a module": """\
from .torch_basics import *
def splitter():
    return list(torch.randperm(3).numpy())
def weights():
    return torch.ones(3, requires_grad=True).numpy()  # <- TNC101
def create(fn):
    if isinstance(fn, Tensor):
        fn = fn.numpy()  # <- TNC110
    return fn.astype(np.uint8)
def made(torch):
    return torch.ones(3, requires_grad=True).numpy()
""",
}


def marked(text: str) -> set[tuple[int, str]]:
    """The lines of the marks in a snippet, with their codes."""
    return {
        (number, line.rsplit("# <- ", 1)[1])
        for number, line in enumerate(text.splitlines(), 1)
        if "# <- " in line
    }


def reported(text: str) -> set[tuple[int, str]]:
    """The lines of the findings in a snippet, with their codes."""
    return {(f.span.line, f.code) for f in check_source(text) if f.code not in OFF_BY_DEFAULT}


@pytest.mark.parametrize("body", NUMPY.values(), ids=NUMPY)
def test_what_numpy_gives(body: str) -> None:
    assert reported(HEAD + body) == marked(HEAD + body)


@pytest.mark.parametrize("body", TORCH.values(), ids=TORCH)
def test_what_torch_gives(body: str) -> None:
    assert reported(HEAD + body) == marked(HEAD + body)


@pytest.mark.parametrize("text", IMPORTS.values(), ids=IMPORTS)
def test_what_imported_names_stand_for(text: str) -> None:
    assert reported(text) == marked(text)


@pytest.mark.parametrize("text", IMPORTS.values(), ids=IMPORTS)
def test_the_focus_loses_nothing(text: str) -> None:
    whole = check_text(text, Options(), whole=True)
    assert check_text(text, Options()) == whole
