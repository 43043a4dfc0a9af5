"""What is done with people who serve: one verb, one function, one transaction."""
