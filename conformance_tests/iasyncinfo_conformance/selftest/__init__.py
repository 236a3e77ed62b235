"""The suite tested against wrong machines, wrong objects and wrong sources: ``iasyncinfo selftest``."""
