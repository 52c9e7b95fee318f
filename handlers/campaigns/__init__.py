"""Awareness campaigns: written, approved, timed and steered by officers."""
