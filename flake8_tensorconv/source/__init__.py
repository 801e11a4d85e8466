"""The text of a file: how it is read, where things stand in it, and what is found there."""
