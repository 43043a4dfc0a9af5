"""Attendance, rule-books, postings, approvals, allocations."""
