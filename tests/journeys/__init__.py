"""Journeys: a raw Telegram payload goes in, an officer's screen comes out, through the whole running program.

The library, the network, the database and the delivery are the real ones; only Telegram itself is our fake, over HTTP.
"""
