"""What of a file can lead to a finding, told on the built-in `ast`, without libcst."""
