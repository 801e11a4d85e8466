"""NumPy, and what reads its arguments as arrays."""
