"""What a file binds, calls, defines and imports, found once on its `ast`; knows no library."""
