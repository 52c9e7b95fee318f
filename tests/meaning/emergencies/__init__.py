"""Messages that tell of danger now, and messages that only look like it."""
