"""Photos, recordings and files: brought home, and made fit to be looked at without telling who made them."""
