"""How fast and how good the matcher is, on cities made up for it."""
