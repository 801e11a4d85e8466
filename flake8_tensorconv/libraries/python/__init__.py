"""Python's own functions and containers, and small libraries."""
