"""Helpers for the whole project: what they will be given, nobody knows."""

import torch


def to_numpy(tensor: torch.Tensor):
    return tensor.numpy()


def to_list(tensor: torch.Tensor):
    return tensor.detach().numpy().tolist()
