"""Helpers that a project imports everywhere: nobody here knows what they will be given."""

import torch


def to_numpy(tensor: torch.Tensor):
    return tensor.numpy()


def to_list(tensor: torch.Tensor):
    return tensor.detach().numpy().tolist()
