"""What brings names into a file besides `import torch`."""

from __future__ import annotations

#: What a star import is taken to bring, unless the file binds the name, with dotted names.
BY_STAR = {"torch": "torch", "np": "numpy", "numpy": "numpy", "Tensor": "torch.Tensor"}
#: Functions whose argument names a module, which they import and give back.
IMPORTING = frozenset({"pytest.importorskip", "importlib.import_module"})
