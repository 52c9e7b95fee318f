"""Everything that shows Báo Tin keeps its word."""
