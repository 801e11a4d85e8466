"""
what: Every generation is a new board, so the recorded arrays stay different.
"""
import numpy as np
import torch
import torch.nn.functional as F

KERNEL = torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])[None, None]


def successor(board):
    neighbours = F.conv2d(board[None, None], KERNEL, padding=1)[0, 0]
    alive = (neighbours == 3) | ((board == 1) & (neighbours == 2))
    return alive.float()


def play(board, generations):
    history = []
    for _ in range(generations):
        history.append(board.numpy())
        board = successor(board)
    return history


blinker = torch.zeros(5, 5)
blinker[2, 1:4] = 1
history = play(blinker, generations=4)
heights = [int(np.any(b, axis=1).sum()) for b in history]
assert len(history) == 4
assert heights == [1, 3, 1, 3], heights
