"""What happens next: conversations and officers' decisions, as functions that look but do not touch."""
