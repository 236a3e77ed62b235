"""How a word reaches a subject: in this process, or over a pipe."""
