"""What is done: rounds, placements, weights, one verb a function."""
