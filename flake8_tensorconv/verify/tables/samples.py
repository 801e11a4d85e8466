"""Sample calls of what torch's operator database lacks: {name: arguments made from a matrix}.

Every function is given a square matrix of the dtype under test and gives the calls to make, as
tuples of positional arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

Arguments = tuple[Any, ...]
Samples = dict[str, Callable[[torch.Tensor], list[Arguments]]]

_MASK = torch.tensor([[True, False], [False, True]])
_INDEX = torch.tensor([0, 1])


def _signal(x: torch.Tensor) -> torch.Tensor:
    """The values of the matrix as a batch of one-channel images of 4x4."""
    return x.reshape(1, 1, 2, 2).repeat(1, 1, 2, 2)


def _alone(x: torch.Tensor) -> list[Arguments]:
    return [(x,)]


def _pair(x: torch.Tensor) -> list[Arguments]:
    return [(x, x.detach().clone())]


FUNCTIONS: Samples = {
    "torch.where": lambda x: [(_MASK, x, x.detach()), (_MASK, x, torch.ones(2, 2).double())],
    "torch.normal": lambda x: [(x, 1.0)],
    "torch.einsum": lambda x: [
        ("ij,jk->ik", x, x.detach()),
        ("ij->ji", x),
        ("i,j->ij", x[0], x[1]),
    ],
    "torch.inner": _pair,
    "torch.lu": _alone,
    "torch.atleast_1d": lambda x: [(x,), (x[0, 0],)],
    "torch.atleast_2d": lambda x: [(x,), (x[0],)],
    "torch.atleast_3d": lambda x: [(x[None],), (x,)],
    "torch.nn.functional.embedding": lambda x: [(_INDEX, x)],
    "torch.nn.functional.embedding_bag": lambda x: [(_INDEX[None], x)],
    "torch.relu": _alone,
    "torch.selu": _alone,
    "torch.celu": _alone,
    "torch.rrelu": _alone,
    "torch.detach": _alone,
    "torch.detach_copy": _alone,
    "torch.slogdet": _alone,
    "torch.nuclear_norm": _alone,
    "torch.poisson": _alone,
    "torch.frobenius_norm": lambda x: [(x, [0, 1])],
    "torch.vander": lambda x: [(x[0],)],
    "torch.threshold": lambda x: [(x, 0, 0)],
    "torch.prelu": lambda x: [(x, x.detach()[0])],
    "torch.clip": lambda x: [(x, 0, 1)],
    "torch.binomial": _pair,
    "torch.chain_matmul": _pair,
    "torch.dropout": lambda x: [(x, 0.5, True), (x, 0.5, False)],
    "torch.alpha_dropout": lambda x: [(x, 0.5, True), (x, 0.5, False)],
    "torch.feature_dropout": lambda x: [(_signal(x), 0.5, True), (_signal(x), 0.5, False)],
    "torch.feature_alpha_dropout": lambda x: [(_signal(x), 0.5, True), (x, 0.5, False)],
    "torch.embedding": lambda x: [(x, _INDEX)],
    "torch.batch_norm": lambda x: [(x, None, None, None, None, True, 0.1, 1e-5, False)],
    "torch.instance_norm": lambda x: [(_signal(x), None, None, None, None, True, 0.1, 1e-5, False)],
    "torch.grid_sampler": lambda x: [(_signal(x), x.detach().reshape(1, 1, 2, 2), 0, 0, False)],
    "torch.grid_sampler_3d": lambda x: [
        (_signal(x)[None], x.detach().reshape(-1)[:3].reshape(1, 1, 1, 1, 3), 0, 0, False)
    ],
    "torch.affine_grid_generator": lambda x: [
        (torch.cat([x, x], 1)[None, :, :3], [1, 1, 2, 2], False)
    ],
    "torch.conv_tbc": lambda x: [(x[None], x.detach()[None], x.detach()[0])],
    "torch.max_pool1d": lambda x: [(x, 2)],
    "torch.max_pool2d": lambda x: [(_signal(x), 2)],
    "torch.max_pool3d": lambda x: [(_signal(x)[None].repeat(1, 1, 2, 1, 1), 2)],
    "torch.max_pool1d_with_indices": lambda x: [(x, 2)],
    "torch.adaptive_max_pool1d": lambda x: [(x, 1)],
    "torch.binary_cross_entropy_with_logits": _pair,
    "torch.kl_div": _pair,
    "torch.hinge_embedding_loss": _pair,
    "torch.cosine_embedding_loss": lambda x: [(x, x.detach(), torch.ones(2))],
    "torch.margin_ranking_loss": lambda x: [(x, x.detach(), torch.ones(2))],
    "torch.triplet_margin_loss": lambda x: [(x, x.detach(), x.detach() + 1)],
    "torch.poisson_nll_loss": lambda x: [(x, x.detach(), True, False, 1e-8, 1)],
    "torch.alias_copy": _alone,
    "torch.as_strided_copy": lambda x: [(x, (2,), (1,))],
    "torch.expand_copy": lambda x: [(x, (2, 2, 2))],
    "torch.permute_copy": lambda x: [(x, (1, 0))],
    "torch.split_copy": lambda x: [(x, 1)],
    "torch.split_with_sizes_copy": lambda x: [(x, [1, 1]), (x, [2])],
    "torch.squeeze_copy": lambda x: [(x[None],)],
    "torch.t_copy": _alone,
    "torch.transpose_copy": lambda x: [(x, 0, 1)],
    "torch.unbind_copy": lambda x: [(x,), (x[:1],)],
    "torch.unsqueeze_copy": lambda x: [(x, 0)],
    "torch.select_copy": lambda x: [(x, 0, 0)],
    "torch.slice_copy": lambda x: [(x, 0)],
    "torch.unsafe_split_with_sizes": lambda x: [(x, [1, 1])],
    "torch.norm_except_dim": lambda x: [(x, 2, 0)],
    "torch.native_group_norm": lambda x: [(_signal(x), None, None, 1, 1, 16, 1, 1e-5)],
    "torch.channel_shuffle": lambda x: [(_signal(x).repeat(1, 2, 1, 1), 2)],
    "torch.native_channel_shuffle": lambda x: [(_signal(x).repeat(1, 2, 1, 1), 2)],
    "torch.native_dropout": lambda x: [(x, 0.5, True)],
    "torch.lstm_cell": lambda x: [(x, [x.detach(), x.detach()], *(x.detach().repeat(4, 1),) * 2)],
    "torch.gru_cell": lambda x: [(x, x.detach(), *(x.detach().repeat(3, 1),) * 2)],
    "torch.rnn_tanh_cell": lambda x: [(x, x.detach(), x.detach(), x.detach())],
    "torch.rnn_relu_cell": lambda x: [(x, x.detach(), x.detach(), x.detach())],
    "torch.nn.functional.affine_grid": lambda x: [
        (torch.cat([x, x], 1)[None, :, :3], [1, 1, 2, 2])
    ],
    "torch.nn.functional.conv_tbc": lambda x: [(x[None], x.detach()[None], x.detach()[0])],
    "torch.nn.functional.dropout1d": lambda x: [(x, 0.5, True), (x, 0.5, False)],
    "torch.nn.functional.fold": lambda x: [(x.repeat(2, 5)[:, :9], (4, 4), 2)],
    "torch.nn.functional.gumbel_softmax": _alone,
    "torch.nn.functional.lp_pool1d": lambda x: [(x, 2, 2)],
    "torch.nn.functional.lp_pool2d": lambda x: [(_signal(x), 2, 2)],
    "torch.nn.functional.lp_pool3d": lambda x: [(_signal(x), 2, 2)],
    "torch.nn.functional.upsample": lambda x: [(_signal(x), None, 2)],
    "torch.nn.functional.max_pool1d_with_indices": lambda x: [(x, 2)],
    "torch.nn.functional.max_pool2d_with_indices": lambda x: [(_signal(x), 2)],
    "torch.nn.functional.max_pool3d_with_indices": lambda x: [(_signal(x), (1, 2, 2))],
    "torch.nn.functional.adaptive_max_pool1d_with_indices": lambda x: [(x, 1)],
    "torch.nn.functional.adaptive_max_pool2d_with_indices": lambda x: [(_signal(x), 1)],
    "torch.nn.functional.adaptive_max_pool3d_with_indices": lambda x: [(_signal(x), 1)],
    "torch.nn.functional.fractional_max_pool2d_with_indices": lambda x: [(_signal(x), 2, (2, 2))],
    "torch.nn.functional.native_channel_shuffle": lambda x: [(_signal(x).repeat(1, 2, 1, 1), 2)],
    "torch.sparse.softmax": lambda x: [(x.to_sparse(), 1)],
    "torch.sparse.log_softmax": lambda x: [(x.to_sparse(), 1)],
    "torch.sparse.addmm": lambda x: [(x, x.detach().to_sparse(), x.detach())],
    "torch.sparse.sum": lambda x: [(x.to_sparse(),)],
    **{
        f"torch.nn.init.{name}_": _alone
        for name in (
            "eye",
            "kaiming_normal",
            "kaiming_uniform",
            "normal",
            "ones",
            "orthogonal",
            "trunc_normal",
            "uniform",
            "xavier_normal",
            "xavier_uniform",
            "zeros",
        )
    },
    "torch.nn.init.constant_": lambda x: [(x, 1)],
    "torch.nn.utils.rnn.pad_sequence": lambda x: [([x, x.detach()],)],
    "torch.nn.utils.parameters_to_vector": lambda x: [([x, x.detach()],)],
    "torch.nn.utils.clip_grad_norm_": lambda x: [([x.detach()], 1.0)],
}

METHODS: Samples = {
    "inner": _pair,
    "lu": _alone,
    "apply_": lambda x: [(x.detach(), lambda value: value)],
    "map_": lambda x: [(x.detach(), x.detach(), lambda one, other: one)],
    "bernoulli_": lambda x: [(x,), (x, 0.5)],
    "cauchy_": _alone,
    "exponential_": _alone,
    "geometric_": lambda x: [(x, 0.5)],
    "log_normal_": _alone,
    "normal_": _alone,
    "random_": _alone,
    "uniform_": _alone,
    "coalesce": lambda x: [(x.to_sparse(),)],
    "copy_": _pair,
    "cpu": _alone,
    "detach": _alone,
    "detach_": _alone,
    "dequantize": lambda x: [
        (x,),
        *(
            [(torch.quantize_per_tensor(x, 0.1, 0, torch.quint8),)]
            if x.dtype is torch.float32
            else []
        ),
    ],
    "fill_diagonal_": lambda x: [(x, 1)],
    "index_fill_": lambda x: [(x, 0, _INDEX, 1)],
    "indices": lambda x: [(x.to_sparse().coalesce(),)],
    "ldexp_": _pair,
    "masked_fill_": lambda x: [(x, _MASK, 1)],
    "pin_memory": _alone,
    "requires_grad_": _alone,
    "resize": lambda x: [(x.detach(), 2, 2)],
    "set_": lambda x: [(x.detach(), x.detach().clone())],
    "share_memory_": _alone,
    "slogdet": _alone,
    "sparse_mask": lambda x: [(x, x.detach().to_sparse().coalesce())],
    "to_dense": lambda x: [(x,), (x.to_sparse(),)],
    "to_mkldnn": _alone,
    "to_sparse_bsc": lambda x: [(x, (1, 1))],
    "to_sparse_bsr": lambda x: [(x, (1, 1))],
    "to_sparse_coo": _alone,
    "to_sparse_csc": _alone,
    "to_sparse_csr": _alone,
    "unsafe_split_with_sizes": lambda x: [(x, [1, 1])],
    "values": lambda x: [(x.to_sparse().coalesce(),)],
    "view": lambda x: [(x, 4), (x, -1)],
    "zero_": _alone,
}
