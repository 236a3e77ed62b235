"""One word on one subject of this process."""
