"""What the rules see."""
