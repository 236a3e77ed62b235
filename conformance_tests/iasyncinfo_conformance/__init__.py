"""The conformance suite for implementations of Windows' IAsyncInfo objects."""
