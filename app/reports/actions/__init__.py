"""What is done for reports: files asked for, made and cleared away."""

from app.reports.actions.exporting import clear_old, make_export, request_export

__all__ = ["clear_old", "make_export", "request_export"]
