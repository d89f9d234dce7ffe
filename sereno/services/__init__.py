"""The use cases: all that an entry point may call."""
