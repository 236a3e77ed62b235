"""The objects: the four kinds of operation, the life that they have in common, and the producers of their ends."""
