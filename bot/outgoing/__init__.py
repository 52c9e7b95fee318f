"""The way out: lines of the outbox, in the order and at the pace of their platform, until somebody has them."""
