"""People from an agency's own list, as persons whose record the agency keeps."""

from app.volunteers.importing.desk import DESK

__all__ = ["DESK"]
