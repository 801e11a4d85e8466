"""What every value of a program may be: an abstract interpreter over libcst trees."""

from flake8_tensorconv.analysis.entry import analyze

__all__ = ["analyze"]
