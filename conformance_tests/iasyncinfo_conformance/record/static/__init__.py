"""What type checkers found."""
