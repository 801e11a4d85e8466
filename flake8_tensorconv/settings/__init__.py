"""What the user has chosen: options, codes, files, and lines that are to be left alone."""
