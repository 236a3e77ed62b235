"""Vectors: words with their allowed results, kept as recordings that any language can read and run."""
