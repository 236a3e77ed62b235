"""Drivers that ship with the suite: programs which put other implementations on the wire."""
