"""What is shown in reports, each to those who may read them."""
