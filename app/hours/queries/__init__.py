"""What is shown of attendances and hours, each to those who may see it."""
