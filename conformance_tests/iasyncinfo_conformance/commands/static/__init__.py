"""The commands that look at sources and run nothing."""
