"""Places: which ward somebody means, in names of today and of before July 2025, as people type them."""
