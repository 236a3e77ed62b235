"""What a consumer meets: the stand-in, its script, the time that passes, and what was seen."""
