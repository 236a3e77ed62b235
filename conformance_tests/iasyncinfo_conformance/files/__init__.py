"""Files that a user names, read: what is not understood is refused with a sentence."""
