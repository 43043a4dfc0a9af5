"""Opportunities from other platforms' tables, as activities to be bound to a contract line and given shifts."""

from app.shifts.importing.desk import DESK

__all__ = ["DESK"]
