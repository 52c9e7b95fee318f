"""The officers' console: the desk's queue and tips on a large screen, served on a port of its own."""
