"""
what: Scaling the samples makes a new array, so the tensor is not over the file's bytes.
"""
import io
import wave

import numpy as np
import torch as pt


def write_wav(samples, rate=8000):
    stream = io.BytesIO()
    with wave.open(stream, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.astype("<i2").tobytes())
    return stream.getvalue()


def read_wav(data):
    with wave.open(io.BytesIO(data)) as source:
        raw = source.readframes(source.getnframes())
    samples = np.frombuffer(raw, "<i2")
    return pt.as_tensor(samples / 32768)


signal = np.array([0, 1000, -1000, 500])
loaded = (read_wav(write_wav(signal)) * 32768).round()
assert loaded.shape == (4,)
assert loaded.tolist() == signal.tolist()
