"""A problem and its plan as one JSON file, by identities and codes, that people and other programs can read."""

from app.matching.files.storing import Unreadable, load, save

__all__ = ["Unreadable", "load", "save"]
