"""What is done with shifts: one verb, one function, one transaction."""
