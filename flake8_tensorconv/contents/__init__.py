"""What values hold: elements, items, access paths, and what is learnt of them."""
