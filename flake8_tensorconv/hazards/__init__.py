"""What goes wrong where the two libraries meet, told as events."""
