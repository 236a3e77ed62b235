"""Records as Markdown for a pull request."""
