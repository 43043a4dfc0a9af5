"""The day's routes of those who visit: in which order, when, and with whom."""
