"""The parts of the page: one module a section, which has its template and what the template shows."""
