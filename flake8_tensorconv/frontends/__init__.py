"""The front doors: the flake8 plugin, the command, the codemod, and what they are told to do."""
