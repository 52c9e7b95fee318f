"""Tests of what people can say, what we can say back, and what their words mean."""
