"""`python -m flake8_tensorconv` is the command `tensorconv`."""

from __future__ import annotations

from flake8_tensorconv.frontends.cli import main

if __name__ == "__main__":
    main(prog_name="tensorconv")
