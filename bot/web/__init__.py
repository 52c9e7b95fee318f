"""The public web application: the residents' chat, other platforms' calls, and how it is served."""
