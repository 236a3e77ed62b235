"""The doors: one module a command of the command line."""
