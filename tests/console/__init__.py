"""Tests of the officers' console, in process: the real application on a real installation, without a browser."""
