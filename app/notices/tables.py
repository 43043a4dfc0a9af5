"""What an account was told inside the app."""

from piccolo.table import Table

from app.accounts.tables import Account
from app.kit.columns import identity, instant, optional_instant, record, refers, text, text_or_blank


class Notice(Table):
    """One message. The sentence is made from `event` and `facts` in the reader's language."""

    id = identity()
    account = refers(Account)
    event = text(80)
    facts = record()
    link = text_or_blank(400)
    created_at = instant()
    read_at = optional_instant()
