"""Targets behind a pipe: drivers, and processes of our own that host a subject."""
