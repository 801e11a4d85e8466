"""Neighbours are ranked over the weight of from_pretrained(), which is frozen by default."""

import numpy as np
import torch
from torch import nn

WORDS = ["king", "queen", "apple", "pear", "car"]


class Vocabulary:
    def __init__(self, words):
        self.words = list(words)
        self.index = {word: i for i, word in enumerate(self.words)}


def load_vectors(count, width):
    generator = torch.Generator().manual_seed(3)
    return torch.randn(count, width, generator=generator)


class Tagger(nn.Module):
    def __init__(self, vocabulary, width=4, tags=2):
        super().__init__()
        vectors = load_vectors(len(vocabulary.words), width)
        self.words = nn.Embedding.from_pretrained(vectors)
        self.head = nn.Linear(width, tags)

    def forward(self, ids):
        return self.head(self.words(ids))


def neighbours(tagger, vocabulary, word, count=2):
    table = tagger.words.weight.numpy()
    table = table / np.linalg.norm(table, axis=1, keepdims=True)
    similarity = table @ table[vocabulary.index[word]]
    order = [i for i in np.argsort(-similarity) if vocabulary.words[i] != word]
    return [vocabulary.words[i] for i in order[:count]]


vocabulary = Vocabulary(WORDS)
tagger = Tagger(vocabulary)
optimizer = torch.optim.SGD((p for p in tagger.parameters() if p.requires_grad), lr=0.1)
ids = torch.tensor([vocabulary.index[w] for w in ("king", "car")])
nn.functional.cross_entropy(tagger(ids), torch.tensor([0, 1])).backward()
optimizer.step()
found = neighbours(tagger, vocabulary, "king")
assert len(found) == 2 and "king" not in found
