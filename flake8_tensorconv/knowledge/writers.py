"""Which functions and methods change memory that they are given, and which only look at what it is.

The tests run every entry on the installed libraries.
"""

from __future__ import annotations

#: Functions of NumPy, torch and Python that change an argument in place, with its position.
WRITTEN_ARGUMENT = {
    "numpy.copyto": 0,
    "numpy.put": 0,
    "numpy.place": 0,
    "numpy.putmask": 0,
    "numpy.put_along_axis": 0,
    "numpy.fill_diagonal": 0,
    "numpy.random.shuffle": 0,
    "random.shuffle": 0,
    "torch.nn.utils.vector_to_parameters": 1,
}
#: Of these the old contents of what is written do not matter.
OVERWRITING = frozenset({"numpy.copyto"})

#: Methods of other objects that write into an argument.
WRITING_METHODS = {"readinto": 0, "readinto1": 0, "recv_into": 0, "shuffle": 0, "readdirect": 0}

#: Methods of arrays that change the array.
ARRAY_METHODS = frozenset(
    {"fill", "sort", "partition", "put", "itemset", "resize", "setfield", "__setitem__",
     "__iadd__", "__imul__", "__isub__"}
)  # fmt: skip
#: Of these the old contents do not matter.
OVERWRITING_METHODS = frozenset({"fill", "fill_", "zero_", "copy_", "readinto", "readinto1"})
#: In-place methods of tensors that leave the memory alone.
NOT_WRITING = frozenset(
    {"requires_grad_", "detach_", "share_memory_", "rename_", "retain_grad_", "squeeze_",
     "unsqueeze_", "t_", "transpose_", "swapaxes_", "swapdims_", "resize_", "set_", "as_strided_"}
)  # fmt: skip

#: Functions that do not look at the contents of what they are given.
NOT_READING = frozenset(
    {"len", "isinstance", "type", "id", "hasattr", "callable", "issubclass", "getattr", "setattr",
     "zip", "enumerate", "iter", "next", "reversed", "list", "tuple", "dict", "set", "map",
     "filter",
     "numpy.shape", "numpy.ndim", "numpy.size", "numpy.shares_memory", "numpy.may_share_memory",
     "numpy.empty_like", "numpy.zeros_like", "numpy.ones_like", "numpy.full_like",
     "torch.empty_like", "torch.zeros_like", "torch.ones_like", "torch.full_like",
     "torch.rand_like", "torch.randn_like", "torch.is_tensor", "torch.numel",
     "torch.utils.data.DataLoader", "torch.utils.data.TensorDataset"}
)  # fmt: skip
#: Methods of tensors and arrays that do not look at the contents.
NOT_READING_METHODS = frozenset(
    {"size", "dim", "numel", "nelement", "data_ptr", "stride", "storage_offset", "is_contiguous",
     "element_size", "type", "get_device", "new_zeros", "new_ones", "new_empty", "new_full",
     "storage", "untyped_storage", "requires_grad_", "setflags", "is_floating_point", "backward",
     "register_hook"}
)  # fmt: skip
