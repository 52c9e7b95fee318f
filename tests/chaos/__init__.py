"""Chaos: the real bot, killed, starved, cut off and robbed of power under load, and an audit of what it then owes."""
