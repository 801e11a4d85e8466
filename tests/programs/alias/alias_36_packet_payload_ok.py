"""
what: torch.frombuffer reads a bytearray that was filled here, which may be written.
"""
import struct
from typing import Iterator

import torch

HEADER = struct.Struct("<HI")


def packets(stream: bytes) -> Iterator[tuple[int, torch.Tensor]]:
    """Channel number and samples of each packet."""
    offset = 0
    while offset < len(stream):
        channel, size = HEADER.unpack_from(stream, offset)
        offset += HEADER.size
        payload = bytearray(stream[offset : offset + size])
        yield channel, torch.frombuffer(payload, dtype=torch.int16)
        offset += size


def pack(channel: int, *samples: int) -> bytes:
    body = struct.pack(f"<{len(samples)}h", *samples)
    return HEADER.pack(channel, len(body)) + body


stream = pack(1, 10, -10) + pack(2, 5, 5, 5)
received = {channel: samples.tolist() for channel, samples in packets(stream)}
assert received == {1: [10, -10], 2: [5, 5, 5]}
