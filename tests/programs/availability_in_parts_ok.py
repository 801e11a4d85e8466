"""A flag tells what the machine has; one of the two readers forgets to ask it."""
import torch

CUDA = torch.cuda.is_available()


def place(rows):
    return rows.cuda() if CUDA else rows


class Reader:
    def __init__(self, use_cuda):
        self.use_cuda = use_cuda

    def fetch(self, rows):
        if not self.use_cuda:
            return rows.numpy()
        return rows.cpu().numpy()

    def peek(self, rows):
        return rows[0].numpy() if not CUDA else rows[0].cpu().numpy()


def total(rows):
    if torch.cuda.device_count() > 0:
        rows = rows.cpu()
    return rows.numpy().sum()


rows = place(torch.ones(2, 3))
reader = Reader(CUDA)
print(reader.fetch(rows), total(rows))
print(reader.peek(rows))
