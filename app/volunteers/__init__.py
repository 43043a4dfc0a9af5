"""People who serve: volunteers and social workers."""
