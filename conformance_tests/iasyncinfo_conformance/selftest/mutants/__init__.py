"""Wrong machines and wrong sources, made on purpose."""
