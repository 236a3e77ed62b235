"""Values: what was asked, run and found. No engine and no target is known here."""
