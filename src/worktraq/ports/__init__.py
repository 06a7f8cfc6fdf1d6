"""What the core needs from outside: one narrow protocol per file, whose docstrings state the behaviour."""
