"""One word, run again and shown beside what is allowed."""
