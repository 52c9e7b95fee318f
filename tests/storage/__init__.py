"""The database: what is written stays, what is sealed opens only with its key, and neighbours never hurt each other."""
