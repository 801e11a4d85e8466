"""The user's project: where it begins, which file an import means, files read when asked for."""
