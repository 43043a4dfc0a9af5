"""Certificates as PDF: what they say in each language, and typesetting it in a process of its own."""
