"""Adapters for the conformance suite: one function for each way of making an operation."""
