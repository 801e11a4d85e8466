"""Facts about the APIs of torch and NumPy, stored as data.

The data files are generated from the real libraries by `python -m flake8_tensorconv.verify.tables`;
the accessors here only read them and import neither torch nor NumPy.
"""
