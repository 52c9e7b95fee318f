"""What people can say to us, what we can say back, and what their words mean."""
