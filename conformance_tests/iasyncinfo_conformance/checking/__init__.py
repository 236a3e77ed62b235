"""One check put together: the engines in their order, processes for the kinds, the known-file applied."""
