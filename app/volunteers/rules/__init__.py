"""What is allowed for people who serve: pure decisions."""

from app.volunteers.rules.constraints import CONSTRAINTS

__all__ = ["CONSTRAINTS"]
