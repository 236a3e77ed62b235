"""Consumers under a scheduler: their threads and the worker's are switched as the suite has it, and time is its own."""
