"""Judges a plan independently of how it was made: its rules, its value and its bound."""

from app.matching.checker.verdict import Verdict, check

__all__ = ["Verdict", "check"]
