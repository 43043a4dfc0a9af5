"""What is done with requests, visits and confirmations."""
