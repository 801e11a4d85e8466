"""A custom autograd Function returns codes and indices; only the indices are marked as not
differentiable.
"""

import torch
from torch import nn


class NearestCode(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codebook):
        index = torch.cdist(x, codebook).argmin(dim=1)
        ctx.mark_non_differentiable(index)
        ctx.save_for_backward(index, codebook)
        return codebook[index], index

    @staticmethod
    def backward(ctx, grad_codes, _):
        index, codebook = ctx.saved_tensors
        grad_book = torch.zeros_like(codebook).index_add_(0, index, grad_codes)
        return grad_codes, grad_book


class VectorQuantizer(nn.Module):
    def __init__(self, codes, width):
        super().__init__()
        self.codebook = nn.Parameter(torch.randn(codes, width))

    def forward(self, x):
        return NearestCode.apply(x, self.codebook)


torch.manual_seed(0)
codes, index = VectorQuantizer(5, 3)(torch.randn(8, 3))
usage = codes.numpy().std(axis=0)  # BUG: raise-grad
assert usage.shape == (3,)
assert index.shape == (8,)
assert codes.shape == (8, 3)
