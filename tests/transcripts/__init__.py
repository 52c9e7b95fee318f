"""Whole conversations as text, one a file, readable by residents and officers."""
