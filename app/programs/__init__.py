"""What was bought: programs, contracts, deliverable lines, periods."""
