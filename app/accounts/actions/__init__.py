"""What is done in accounts, one file for each thing it is done to."""
