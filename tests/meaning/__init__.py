"""What people mean: sets of real-style messages with the answer each should get, and the scores on them."""
