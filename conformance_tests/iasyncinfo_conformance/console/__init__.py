"""What people read and when: text on the terminal, complaints, progress."""
