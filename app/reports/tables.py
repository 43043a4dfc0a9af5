"""Files being made in the background, with their progress."""

from piccolo.table import Table

from app.accounts.tables import Account, Organisation
from app.kit.columns import identity, instant, optional_instant, prose, record, refers, text, text_or_blank, whole_or


class Export(Table):
    """One file of one report. The worker writes it under the state directory and counts its rows as it goes."""

    id = identity()
    account = refers(Account)
    organisation = refers(Organisation)
    report = text(40)
    parameters = record()
    format = text(10)
    status = text(20)
    """`waiting`, `running`, `ready` or `failed`."""
    rows_done = whole_or(0)
    rows_total = whole_or(0)
    file_name = text_or_blank(200)
    error = prose()
    created_at = instant()
    finished_at = optional_instant()
