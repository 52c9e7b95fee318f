"""Rules of the house: what the tree itself must look like, each with its reason beside the check."""
