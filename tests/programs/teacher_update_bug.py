"""The teacher has no grad at first, but an in-place update with live parameters puts it on the
graph.
"""

import copy

import numpy as np
import torch
from torch import nn


class MeanTeacher:
    def __init__(self, student: nn.Module, momentum: float = 0.9):
        self.student = student
        self.weights = {k: copy.deepcopy(v) for k, v in student.state_dict().items()}
        self.momentum = momentum

    def update(self):
        for name, live in self.student.named_parameters():
            self.weights[name].mul_(self.momentum).add_(live, alpha=1 - self.momentum)

    def distance(self, reference):
        arrays = {k: v.numpy() for k, v in self.weights.items()}  # BUG: raise-grad
        return max(np.linalg.norm(arrays[k] - reference[k]) for k in arrays)


torch.manual_seed(0)
student = nn.Linear(4, 2)
teacher = MeanTeacher(student)
start = {k: v.numpy().copy() for k, v in teacher.weights.items()}
optimizer = torch.optim.SGD(student.parameters(), lr=0.5)
for _ in range(3):
    optimizer.zero_grad()
    student(torch.randn(8, 4)).pow(2).mean().backward()
    optimizer.step()
    teacher.update()
assert 0 < teacher.distance(start) < 1
