"""Draw the weights of a layer; matplotlib makes arrays of what it gets."""

import matplotlib.pyplot as plt
import torch
from torch import nn


def plot_layer(path):
    layer = nn.Linear(64, 10)
    with torch.no_grad():
        row = layer.weight[0]
    plt.hist(layer.weight.flatten(), bins=20)
    plt.plot(row)
    plt.savefig(path)


if __name__ == "__main__":
    plot_layer("weights.png")
