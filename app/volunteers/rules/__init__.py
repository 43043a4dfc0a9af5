"""What is allowed for people who serve: pure decisions."""
