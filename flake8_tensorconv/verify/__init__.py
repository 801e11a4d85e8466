"""Proof by running: programs executed on the CPU, on a simulated accelerator and on a real one.

Nothing outside this package imports torch or NumPy.
"""
