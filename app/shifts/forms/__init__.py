"""What is accepted from pages about shifts."""
