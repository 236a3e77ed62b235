"""Wrong implementations, one module a family of rules; each start function says what is wrong."""
