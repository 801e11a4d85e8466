"""The flow graph of a file: what may flow where, and what kinds of things may be where."""
