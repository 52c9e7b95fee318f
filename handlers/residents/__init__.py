"""What residents do: tell, ask, look up, answer, subscribe, forget."""
