"""
what: The rows are standardised in place after a tensor over the whole table was taken.
"""
import typing as tp

import numpy as np
import torch


class Vocabulary(tp.NamedTuple):
    words: tp.List[str]
    table: np.ndarray

    @property
    def index(self) -> tp.Dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}


def build(words: tp.List[str], dim: int = 3) -> Vocabulary:
    table = np.arange(len(words) * dim, dtype=np.float32).reshape(len(words), dim)
    return Vocabulary(words, table + 1)


def export(vocabulary: Vocabulary) -> torch.Tensor:
    table = vocabulary.table
    vectors = torch.from_numpy(table)[1:]  # BUG: alias-mutation
    table[1:] -= table[1:].mean(axis=0)  # BUG-ALT: alias-mutation
    return vectors


vocabulary = build(["<pad>", "a", "b"])
vectors = export(vocabulary)
row = vectors[vocabulary.index["a"] - 1]
assert vectors.shape == (2, 3)
assert row.tolist() == [4.0, 5.0, 6.0], row
