"""Anything that anybody could send, to every reader and through whole turns: nothing may raise."""
