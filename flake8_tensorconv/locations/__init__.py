"""Where things are and come from: scopes, reasons, stretches of memory and parts of them."""
