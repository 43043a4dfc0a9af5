"""The words of codes, as choices a page can show."""

from datetime import datetime
from typing import Any

from app.kit.i18n import gettext, ngettext
from app.requests.queries.seen import Seen
from app.requests.rules import asking
from app.requests.rules.looking import PURPOSE_WORDS
from app.requests.rules.statuses import EVENT_TO_RESIDENT, EVENT_WORDS, GROUP_WORDS, STATUS_TO_RESIDENT, STATUS_WORDS


def _said(words: Any) -> dict[str, str]:
    return {str(code): gettext(sentence) for code, sentence in words.items()}


def asking_words() -> dict[str, dict[str, str]]:
    """Everything a form or a summary of a request needs to say, by code, in the reader's language."""
    return {
        "asked_by": _said(asking.ASKED_BY_WORDS),
        "channel": _said(asking.CHANNEL_WORDS),
        "times": _said(asking.TIME_WORDS),
        "recurs": _said(asking.RECURS_WORDS),
        "risks": _said(asking.RISK_WORDS),
        "declined": _said(asking.DECLINED_WORDS),
        "everyday": _said(asking.EVERYDAY_WORDS),
        "purpose": _said(PURPOSE_WORDS),
        "event": _said(EVENT_WORDS),
        "event_to_resident": _said(EVENT_TO_RESIDENT),
        "group": _said(GROUP_WORDS),
        "to_resident": _said(STATUS_TO_RESIDENT),
        "status": {str(code): gettext(words) for code, (words, _) in STATUS_WORDS.items()},
    }


def clock_words(row: Seen, now: datetime) -> str:
    """How long an answer may still take, or how late it is; empty once there is an answer."""
    if not row.undecided or row.due_at is None:
        return ""
    late = row.due_at < now
    hours = int(abs((row.due_at - now).total_seconds()) // 3600)
    if hours >= 24:
        lasting = ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}
    elif hours:
        lasting = ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    else:
        lasting = gettext("less than an hour")
    return (gettext("%(time)s late") if late else gettext("%(time)s left")) % {"time": lasting}


def badge(row: Seen, now: datetime) -> tuple[str, str]:
    """What matters most about a request in a list: how long an answer may still take, else its state."""
    if said := clock_words(row, now):
        return said, "bad" if row.due_at and row.due_at < now else "waiting"
    return row.status_words_said
