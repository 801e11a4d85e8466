"""Makes the tables of `flake8_tensorconv/knowledge/data` by running torch and NumPy.

`python -m flake8_tensorconv.verify.tables` writes the files anew, `--check` compares them with the
installed libraries. Needs torch, NumPy and expecttest (torch's own operator samples import it).
"""
