"""The profiles have to be known before the command line is read."""

import profiles  # noqa: F401
