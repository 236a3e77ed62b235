"""The life cycle of Windows' IAsyncInfo objects as data: tables, rules, variation points, families."""
