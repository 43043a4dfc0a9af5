"""Importing people's own files: read, map columns, preview, confirm; each row said to be new, changed, there or failed.

Knows nothing of what is imported. A package describes its import as a `Desk` (fields, notes, how rows are judged and
written), makes its pages with `pages(desk)` and its JSON routes with `api(desk)`, and binds `desk.event` to
`job_of(desk)`.
"""

from app.kit.importing.desk import Desk, WordChoice
from app.kit.importing.shapes import Fault, Field, Given, Mapping, Note, Outcome, Ready, Run, Written

__all__ = ["Desk", "Fault", "Field", "Given", "Mapping", "Note", "Outcome", "Ready", "Run", "WordChoice", "Written"]
