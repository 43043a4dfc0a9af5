"""What is shown of shifts: reads scoped to a viewer."""
