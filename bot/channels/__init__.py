"""Messengers, each reduced to reading, sending, fetching and its limits; none knows that tips exist."""
