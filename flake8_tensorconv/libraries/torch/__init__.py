"""torch: its functions, the methods of tensors, modules."""
