"""What is accepted: forms of the matching pages."""
