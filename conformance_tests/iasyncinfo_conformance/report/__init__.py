"""A record printed: for people, as JSON, as JUnit. No engine and no target is known here."""
