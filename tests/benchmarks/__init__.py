"""Figures that matter, each beside what others reach on the same machine in the same run."""
