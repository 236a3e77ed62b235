"""Is what came allowed, and if not, whose rule is broken?"""
