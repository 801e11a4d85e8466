"""The exporter is picked by name with getattr, and the picked bound method is the raw numpy one."""

from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class ExportOptions:
    method: str = "numpy"
    decimals: int = 3


class TopicModel(nn.Module):
    def __init__(self, topics, words):
        super().__init__()
        self.register_parameter("beta", nn.Parameter(torch.randn(topics, words)))

    @property
    def topics(self):
        return torch.softmax(self.beta, dim=-1)


def export(model, options: ExportOptions):
    rounded = torch.round(model.topics, decimals=options.decimals)
    convert = getattr(rounded, "numpy")
    if options.method == "numpy":
        return convert()  # BUG: raise-grad
    return rounded.tolist()


torch.manual_seed(0)
model = TopicModel(3, 7)
as_list = export(model, ExportOptions(method="tolist"))
as_array = export(model, ExportOptions())
assert as_array.shape == (3, 7)
assert len(as_list) == 3
