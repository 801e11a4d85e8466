"""Where values come from: reasons, stretches of memory and parts of them."""
