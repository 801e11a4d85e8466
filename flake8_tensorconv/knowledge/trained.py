"""How modules are usually written, as to their parameters."""

from __future__ import annotations

#: What can be asked of a parameter without computing with it.
ASKED = frozenset({"shape", "device", "dtype", "size", "dim", "ndim", "numel"})
#: How methods begin in which a parameter gets its first values.
MAKING = ("__init__", "init", "_init", "reset")
