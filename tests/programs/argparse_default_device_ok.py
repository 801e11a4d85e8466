"""The device is a command line default, and a second option sends the result to the CPU."""

import argparse
import io

import numpy as np
import torch
from torch import nn


def parse(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--store", default="cpu")
    parser.add_argument("--width", type=int, default=6)
    return parser.parse_args(arguments)


def reconstruct(autoencoder, x, device):
    autoencoder.eval()
    with torch.inference_mode():
        return autoencoder(x.to(device))


def main(arguments=None):
    args = parse(arguments)
    torch.manual_seed(0)
    autoencoder = nn.Sequential(nn.Linear(args.width, 2), nn.Linear(2, args.width))
    autoencoder.to(args.store)
    result = reconstruct(autoencoder, torch.randn(5, args.width), args.store)
    stream = io.BytesIO()
    np.save(stream, result)
    return args, stream


args, stream = main([])
stream.seek(0)
assert np.load(stream).shape == (5, args.width)
