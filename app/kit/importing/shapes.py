"""What an import is made of: fields, the mapping of columns to them, and what became of each row."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct, field


class Status(StrEnum):
    """Where a run stands."""

    MAPPING = "mapping"
    """The file is read; someone says which column is what."""
    CHECKING = "checking"
    PREVIEW = "preview"
    """Every row is judged; nothing is written yet."""
    WRITING = "writing"
    DONE = "done"

    @property
    def at_work(self) -> bool:
        """Whether the worker has its turn."""
        return self in (Status.CHECKING, Status.WRITING)


class Standing(StrEnum):
    """What a row is to us."""

    NEW = "new"
    CHANGED = "changed"
    """Imported before, and different in the file now."""
    THERE = "there"
    """Imported before and the same, or known from elsewhere: nothing to do."""
    FAILED = "failed"


class Field(Struct, frozen=True, kw_only=True):
    """Something a column may give. `label` and `hint` are marked sentences."""

    name: str
    label: str
    headers: tuple[str, ...]
    """Words by which a column is guessed, in lower case."""
    hint: str = ""
    required: bool = False


class Mapping(Struct, kw_only=True):
    """Which column gives which field, what their words mean in our codes, and how their source is called."""

    columns: dict[str, str] = field(default_factory=dict)
    """Field name → header."""
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    """Field name → their word → our code; an empty code leaves the word out."""
    source: str = ""


class Note(Struct, frozen=True, kw_only=True):
    """An oddity and what was done about it. `code` has its sentence in the desk's `notes`."""

    code: str
    was: str = ""
    now: str = ""


class Fault(Struct, frozen=True, kw_only=True):
    """Why a row cannot be taken: a marked sentence with an example of right, at one field."""

    field: str
    text: str
    was: str = ""


class Outcome(Struct, frozen=True, kw_only=True):
    """What a row would become."""

    label: str
    """How lists of rows call it."""
    key: str = ""
    """What makes it the same thing in another file or at another time; empty only for failed rows."""
    accepted: dict[str, Any] = field(default_factory=dict)
    """Plain values, ready to be written."""
    notes: list[Note] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)
    """Their words in fields whose words are chosen for ours."""
    known: bool = False
    """Known here from elsewhere, so that nothing is to be written."""


class Given(Struct, frozen=True, kw_only=True):
    """A row's cells, by field, as they stand in the file: spaces around them may be an oddity to be said."""

    number: int
    values: dict[str, str]


class Ready(Struct, frozen=True, kw_only=True):
    """A row that someone confirmed."""

    number: int
    accepted: dict[str, Any]
    target_id: int | None
    """What it became the last time it was imported."""


class Written(Struct, frozen=True, kw_only=True):
    """What a confirmed row became. `left` marks one that was left alone after all, with the note that says why."""

    number: int
    target_id: int | None
    left: Note | None = None


class Tally(Struct, kw_only=True):
    """A run in figures."""

    standings: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    words: dict[str, dict[str, int]] = field(default_factory=dict)

    def count(self, outcome: Outcome, standing: Standing) -> None:
        """Count one row."""
        _add(self.standings, standing.value)
        for code in {note.code for note in outcome.notes}:
            _add(self.notes, code)
        for name in {fault.field for fault in outcome.faults}:
            _add(self.faults, name)
        for name, words in outcome.words.items():
            for word in words:
                _add(self.words.setdefault(name, {}), word)


def _add(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


class Run(Struct, frozen=True, kw_only=True):
    """One file on its way in. Organisation and account are numbers: this package knows neither."""

    id: int
    kind: str
    organisation_id: int
    account_id: int
    filename: str
    headers: list[str]
    mapping: Mapping
    status: Status
    rows_total: int
    rows_done: int
    tally: Tally
    remarks: list[str]
    """What was found while reading: marked sentences' codes, see `app.kit.importing.reading`."""
    started_at: datetime
    finished_at: datetime | None
    seen_before: datetime | None
    """When the very same file was last imported."""

    def standing(self, standing: str) -> int:
        """How many rows stand so."""
        return self.tally.standings.get(standing, 0)

    @property
    def to_write(self) -> int:
        return self.standing(Standing.NEW) + self.standing(Standing.CHANGED)

    @property
    def unused(self) -> list[str]:
        """Headers that no field takes."""
        used = set(self.mapping.columns.values())
        return [header for header in self.headers if header not in used]


def digest_of(what: Any) -> bytes:
    """A digest of plain values that is the same whatever order they were put in."""
    return hashlib.sha256(msgspec.json.encode(what, order="deterministic")).digest()
