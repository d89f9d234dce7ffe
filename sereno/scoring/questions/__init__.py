"""What the tools of a question find in a record: pure functions that read alone."""
