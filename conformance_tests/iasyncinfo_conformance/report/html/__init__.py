"""A record as one page of HTML that needs nothing else: no network, no script, and less than a megabyte."""
