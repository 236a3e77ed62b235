"""Sources read: where modules are found, which branch a checker takes, what a package offers."""
