"""What of a file can lead to a finding: nothing else is interpreted."""
