"""topk of bfloat16 logits gives values in bfloat16 and indices in int64; both are converted."""

import torch as th
from torch import nn


class LanguageModel(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width, dtype=th.bfloat16)
        self.head = nn.Linear(width, vocabulary, bias=False, dtype=th.bfloat16)

    def forward(self, tokens):
        return self.head(self.embed(tokens)[:, -1])


def beams(model, prompt, width):
    with th.no_grad():
        logits = model(prompt)
    values, tokens = logits.topk(width, dim=-1)
    return list(zip(tokens[0].numpy(), values[0].numpy()))  # BUG: raise-dtype


th.manual_seed(0)
model = LanguageModel(20, 6)
sentence = [1, 5]
while len(sentence) < 8:
    candidates = beams(model, th.tensor([sentence]), width=3)
    best, score = max(candidates, key=lambda pair: pair[1])
    sentence.append(int(best))
assert len(sentence) == 8
assert all(0 <= token < 20 for token in sentence)
