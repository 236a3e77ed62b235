"""Which words are run: one module an engine."""
