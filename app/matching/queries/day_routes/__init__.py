"""What the routes of a day are planned from, and how they are read."""
