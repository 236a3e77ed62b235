"""The commands that tell of the specification, and need no subject."""
