"""What people mean: pure functions over their words, on this machine, and tables a fire officer can read."""
