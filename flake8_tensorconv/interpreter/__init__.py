"""Python, run on what values may be: statements, expressions, calls, classes."""
