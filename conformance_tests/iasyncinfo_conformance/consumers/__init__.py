"""Consumers judged: code that takes operations and waits for them, in front of one scripted operation."""
