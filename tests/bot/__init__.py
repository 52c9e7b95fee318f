"""Tests of the running thing: delivery, pace, rendering, fetching."""
