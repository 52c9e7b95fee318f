"""Conversations and decisions, without a database: what is said and what is caused."""
