"""The beginnings of adapters and drivers: what ``iasyncinfo init`` writes."""
