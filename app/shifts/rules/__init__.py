"""What is allowed with shifts: pure decisions."""
