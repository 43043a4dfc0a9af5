"""What is shown of accounts, one file for each thing that is looked at."""
