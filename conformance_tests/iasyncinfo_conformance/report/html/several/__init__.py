"""The parts of the page of several records: one module a section, or a sort of them."""
