"""A thread-safe, awaitable implementation of Windows' IAsyncInfo objects."""
