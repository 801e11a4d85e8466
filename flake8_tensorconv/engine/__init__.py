"""Where the interpreter stands: one run, one program, and what names lead to."""
