"""What classes of other libraries are evidence for, line by line."""

from __future__ import annotations

import pytest
from said import said

#: What is said, shortened: "101" is a proven finding, "111?" a possible one.
SAID: dict[str, tuple[str, list[str]]] = {
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
}


@pytest.mark.parametrize(("body", "expected"), SAID.values(), ids=SAID)
def test_what_is_said(body: str, expected: list[str]) -> None:
    assert said(body) == expected
