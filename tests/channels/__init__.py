"""Tests of the channels: how each reads, shows, fetches and fails, and the contract that all of them keep."""
