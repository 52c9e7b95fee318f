"""The way in: one message, one turn, one transaction; and what is counted and remembered on the way."""
