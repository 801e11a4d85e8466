"""Who shares memory with whom, who changes it, and who is surprised."""
