"""What can be told of a subject and of a component without running them: a type checker reads them."""
