"""The imaginary part of a conjugated signal is a view with the negative bit, refused by NumPy."""

from numpy import asarray, unwrap
from torch import Tensor, fft, linspace, pi, sin


def analytic(signal: Tensor) -> Tensor:
    """Analytic signal through the one-sided spectrum."""
    size = signal.shape[-1]
    spectrum = fft.fft(signal)
    spectrum[..., 1 : (size + 1) // 2] *= 2
    spectrum[..., size // 2 + 1 :] = 0
    return fft.ifft(spectrum)


def components(signal, conjugate=True):
    complex_signal = analytic(signal)
    if conjugate:
        complex_signal = complex_signal.conj()
    return complex_signal.real, complex_signal.imag, complex_signal.angle()


time = linspace(0, 1, 128)
carrier = sin(2 * pi * 9 * time)
in_phase, quadrature, angle = components(carrier)
turns = abs(unwrap(angle.numpy())[-1]) / (2 * pi)
assert 8 < turns < 10
trace = asarray(quadrature)  # BUG: raise-layout
assert trace.shape == (128,)
assert abs(trace).max() < 1.5
