"""What is allowed and what is usual in matching: pure decisions."""
