"""What is seen of a subject beside its answers: what it prints, which lines it runs, what remains of it."""
