"""Distillation compares the student's live logits with those of its teacher in one NumPy table."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Distiller:
    def __init__(self, teacher, student, **options):
        self.teacher, self.student = teacher.eval(), student
        self.temperature = options.get("temperature", 2.0)
        self.optimizer = torch.optim.SGD(student.parameters(), lr=0.1)
        self.table = []

    def record(self, *, teacher, student):
        agreement = (student.argmax(1) == teacher.argmax(1)).float().mean()
        self.table.append((agreement.numpy(), student.numpy().std()))  # BUG: raise-grad

    def step(self, x):
        with torch.no_grad():
            target = self.teacher(x)
        outputs = {"teacher": target, "student": self.student(x)}
        loss = F.kl_div(
            F.log_softmax(outputs["student"] / self.temperature, dim=1),
            F.softmax(outputs["teacher"] / self.temperature, dim=1),
            reduction="batchmean",
        )
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.record(**outputs)


torch.manual_seed(0)
distiller = Distiller(nn.Linear(5, 3), nn.Linear(5, 3), temperature=4.0)
for batch in torch.randn(12, 5).split(4):
    distiller.step(batch)
assert np.array(distiller.table).shape == (3, 2)
