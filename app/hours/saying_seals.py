"""Says the state of the seal, alarms and faults in the reader's language. Templates ask here."""

from datetime import datetime, timedelta

from app.hours.queries.seals import AlarmRow, SealState
from app.hours.rules import heads
from app.hours.rules.alarms import ALARMS, FAULTS
from app.hours.rules.comparing import Fault
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext
from app.kit.wording import moment, number

LATE = timedelta(minutes=10)
"""Entries are sealed every minute; one that waits longer than this says that something is wrong."""
STALE = timedelta(hours=36)
"""The self-check runs every night."""


def finding(state: SealState, now: datetime) -> str:
    """The sentence that answers what a visitor came to ask: is the ledger what it was?"""
    if state.open_alarms:
        return _("Something does not agree. Do not rely on figures before it is settled: read the alarm below.")
    if state.head is None:
        return _("Nothing has been sealed yet.")
    said = {
        "count": number(state.head.size),
        "when": moment(state.head.sealed_at),
        "age": ago(state.head.sealed_at, now),
    }
    text = ngettext(
        "%(count)s entry of the ledger is sealed, as of %(when)s, %(age)s.",
        "%(count)s entries of the ledger are sealed, as of %(when)s, %(age)s.",
        state.head.size,
    )
    return f"{text % said} {_waiting(state, now)} {_checked(state, now)}".strip()


def _waiting(state: SealState, now: datetime) -> str:
    if not state.waiting:
        return _("None waits.")
    if state.oldest_waiting is not None and now - state.oldest_waiting > LATE:
        return ngettext(
            "%(count)s waits, longer than it should: sealing has stopped.",
            "%(count)s wait, longer than they should: sealing has stopped.",
            state.waiting,
        ) % {"count": number(state.waiting)}
    return ngettext(
        "%(count)s waits for the next seal.", "%(count)s wait for the next seal.", state.waiting
    ) % {"count": number(state.waiting)}  # fmt: skip


def _checked(state: SealState, now: datetime) -> str:
    checked = state.checked
    if checked is None:
        return _("They have not been checked yet; that happens every night.")
    said = {"when": moment(checked.ended_at), "wrong": number(checked.wrong)}
    if checked.wrong:
        return (
            ngettext(
                "The last check, %(when)s, found %(wrong)s thing wrong.",
                "The last check, %(when)s, found %(wrong)s things wrong.",
                checked.wrong,
            )
            % said
        )
    if now - checked.ended_at > STALE:
        return _("The last check was long ago, %(when)s; it found nothing changed.") % said
    return _("The last check, %(when)s, found nothing changed.") % said


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in one unit."""
    seconds = max(int((now - then).total_seconds()), 0)
    if seconds < 60:
        return ngettext("%(n)s second ago", "%(n)s seconds ago", seconds) % {"n": seconds}
    if seconds < 2 * 3600:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", seconds // 60) % {"n": seconds // 60}
    if seconds < 48 * 3600:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)s day ago", "%(n)s days ago", seconds // 86400) % {"n": number(seconds // 86400)}


def alarm(row: AlarmRow) -> str:
    """What an alarm is about."""
    said = {name: number(fact) if isinstance(fact, int) else fact for name, fact in row.said.items()}
    return _(ALARMS[row.kind]) % said


def fault(one: Fault) -> str:
    """One thing that the check found. Places are counted from 1 for people, from 0 for programs."""
    named = {"level": 0, **one.named}
    if "position" in named:
        named["position"] += 1
    return _(FAULTS[one.kind]) % named


def at(text: str) -> str:
    """An instant of a published head, as people say it."""
    return moment(datetime.fromisoformat(text))


def grouped(digest: str) -> str:
    """A long hexadecimal number in groups of eight, for reading aloud and comparing."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def fingerprint(public: bytes) -> str:
    """A key's fingerprint, for comparing."""
    return grouped(heads.fingerprint(public))
