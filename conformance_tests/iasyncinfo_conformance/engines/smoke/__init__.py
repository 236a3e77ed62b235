"""Is the adapter sane: its levers, its members, and the remarks on both."""
