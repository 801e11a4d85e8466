"""Collect predictions in an array: works on a laptop, fails on a GPU."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


@torch.no_grad()
def predict(model: nn.Module, loader: DataLoader):
    model.eval()
    predictions = []
    for (batch,) in loader:
        logits = model(batch.to(device))
        predictions.append(logits.argmax(dim=1).numpy())
    return np.concatenate(predictions)


if __name__ == "__main__":
    model = nn.Linear(4, 3).to(device)
    loader = DataLoader(TensorDataset(torch.randn(10, 4)), batch_size=5)
    print(predict(model, loader))
