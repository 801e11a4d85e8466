"""
what: The lookup function that is returned holds on to the caller's table.
"""
import numpy as np
import torch


def make_lookup(table, unknown=0):
    """A function from ids to rows; ids that the table does not have get the row `unknown`."""
    rows = torch.as_tensor(table)  # BUG: maybe-alias

    def lookup(ids):
        ids = torch.as_tensor(ids)
        ids = torch.where(ids < len(rows), ids, unknown)
        return rows[ids]

    return lookup  # BUG-ALT: maybe-alias


vectors = np.arange(6, dtype=np.float32).reshape(3, 2)
lookup = make_lookup(vectors)
found = lookup([2, 7])
assert found.shape == (2, 2)
assert found.tolist() == [[4.0, 5.0], [0.0, 1.0]]
