"""What was found of a component's surface, printed."""
