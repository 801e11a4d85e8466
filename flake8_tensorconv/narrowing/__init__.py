"""What a test tells about the values that it looks at."""
