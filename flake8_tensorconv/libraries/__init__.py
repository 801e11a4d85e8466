"""What the libraries do that no table can say."""
