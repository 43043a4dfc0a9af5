"""What is shown of people who serve, one file for each thing that is looked at."""
