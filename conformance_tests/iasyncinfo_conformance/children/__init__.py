"""Processes that the suite starts: how they are started, talked to, waited for, and ended with all of theirs."""
