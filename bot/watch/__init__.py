"""What an operator watches: the doctor, readiness, and numbers that name nobody."""
