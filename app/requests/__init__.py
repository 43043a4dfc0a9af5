"""Residents, what they ask for, the visits that answer it, and their confirmations."""
