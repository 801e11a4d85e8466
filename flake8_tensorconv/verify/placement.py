"""Which simulated device a tensor's memory is on.

Every tensor of the simulation is an ordinary CPU tensor. What makes one a "device tensor" is a note
about its storage. So views, detached aliases, parameters whose data is replaced, and the tensors
that autograd saves are all on the device that their memory is on, as they are in reality.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch.multiprocessing.reductions import StorageWeakRef

HOST = torch.device("cpu")

_COMPRESSED = (torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc)


class Placement:
    """A register of storages that are not plain host memory.

    A storage is on a device, on the host, or *undecided*: made inside a compound operation that
    asks for "the device of my input" in C++, where only the CPU can be seen. An undecided
    storage joins whatever it is used with.
    """

    def __init__(self) -> None:
        # A weak reference keeps the storage's address from being given to another storage.
        self._entries: dict[int, tuple[StorageWeakRef, torch.device | None]] = {}
        self._sweep_at = 1024

    def device_of(self, tensor: torch.Tensor) -> torch.device:
        """Return the device of `tensor`; undecided memory counts as the host's."""
        return self.decided_device_of(tensor) or HOST

    def decided_device_of(self, tensor: torch.Tensor) -> torch.device | None:
        """Return the device of `tensor`, or None if its memory is undecided."""
        for storage in _storages(tensor):
            _, device = self._entries.get(storage._cdata, (None, HOST))
            return device
        return HOST

    def place(self, tensor: torch.Tensor, device: torch.device | None) -> None:
        """Note that the memory of `tensor` is on `device` (None: undecided)."""
        for storage in _storages(tensor):
            self.place_storage(storage, device)

    def place_storage(self, storage: torch.UntypedStorage, device: torch.device | None) -> None:
        """Note that `storage` is on `device` (None: undecided)."""
        if device == HOST:
            self._entries.pop(storage._cdata, None)
            return
        self._entries[storage._cdata] = (StorageWeakRef(storage), device)
        if len(self._entries) > self._sweep_at:
            self._entries = {k: v for k, v in self._entries.items() if not v[0].expired()}
            self._sweep_at = max(1024, 2 * len(self._entries))

    def storage_device(self, storage: torch.UntypedStorage) -> torch.device:
        """Return the device of `storage`."""
        return self._entries.get(storage._cdata, (None, HOST))[1] or HOST


def addresses(tensor: torch.Tensor) -> set[int]:
    """Return what identifies the storages of `tensor`."""
    return {storage._cdata for storage in _storages(tensor)}


def _storages(tensor: torch.Tensor) -> Iterator[torch.UntypedStorage]:
    with torch._C.DisableTorchFunction():
        if tensor.layout == torch.strided:
            parts = [tensor]
        elif tensor.layout == torch.sparse_coo:
            parts = [tensor._values(), tensor._indices()]
        elif tensor.layout in _COMPRESSED:
            plain = tensor.detach()
            rows = tensor.layout in (torch.sparse_csr, torch.sparse_bsr)
            pointers = plain.crow_indices() if rows else plain.ccol_indices()
            indices = plain.col_indices() if rows else plain.row_indices()
            parts = [plain.values(), pointers, indices]
        else:
            parts = []  # opaque layouts have no storage to tell apart
        for part in parts:
            try:
                yield part.untyped_storage()
            except NotImplementedError:  # tensors of functorch and the like have none
                return
