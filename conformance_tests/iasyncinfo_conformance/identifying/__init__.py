"""Whose manners has a subject? Few words tell."""
