"""The commands that read and write files of what was found: records, known-files, recordings."""
