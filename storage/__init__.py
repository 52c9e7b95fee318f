"""The database: records, and per subject what can be read and what is to be written."""
