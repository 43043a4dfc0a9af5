"""Rows into tables by COPY, with numbers given here so that rows can name each other before they are stored."""

from typing import Any

import asyncpg
from piccolo.conf.apps import Finder

BATCH_ROWS = 40_000

# The order in which references allow tables to be filled.
ORDER = (
    "account", "organisation", "membership", "consent", "program", "contract", "line", "period", "period_event",
    "person", "availability", "credential", "absence", "safeguard", "activity", "shift", "seat", "signup", "asking",
    "offer", "punch", "attendance", "adjustment", "approval",
    "posting", "allocation", "resident", "request", "request_event", "visit", "confirmation", "notice",
)  # fmt: skip

REFERENCES = """
    SELECT conrelid::regclass::text AS "table", quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND conrelid = ANY (SELECT to_regclass(name) FROM unnest($1::text[]) name)
    ORDER BY conrelid, conname
"""
"""Foreign keys, once for a table with partitions."""


FOLLOWS = (
    """
    INSERT INTO part (attendance, account, part)
    SELECT a.id, unnest(array_append(a.recorders, nullif(a.account_id, 0))), 'recorder' FROM attendance a
    WHERE a.recorders <> '{}' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO part (attendance, account, part)
    SELECT attendance, approved_by, 'verifier' FROM approval WHERE part = 'verifier' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO held_time (attendance, person, starts, ends)
    SELECT p.attendance_id, p.person, p.starts, p.ends FROM posting p
    WHERE p.minutes > 0 AND NOT EXISTS (SELECT 1 FROM held_time h WHERE h.attendance = p.attendance_id)
    """,
    """
    INSERT INTO unsealed (posting_id, served_on) SELECT p.id, p.served_on FROM posting p
    WHERE NOT EXISTS (SELECT 1 FROM leaf l WHERE l.posting_id = p.id) ON CONFLICT DO NOTHING
    """,
)
"""What the app writes beside attendances and postings, derived from them all at once."""


class Copier:
    """Collects rows and sends them in batches. Columns not given are NULL, or the column's plain default."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.columns: dict[str, list[str]] = {}
        self.defaults: dict[str, dict[str, Any]] = {}
        for table in Finder().get_table_classes():
            name = table._meta.tablename
            self.columns[name] = [column._meta.db_column_name for column in table._meta.columns]
            self.defaults[name] = {
                column._meta.db_column_name: self._plain(getattr(column, "default", None))
                for column in table._meta.columns
            }
        self.waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in ORDER}
        self.next: dict[str, int] = {}
        self.count: dict[str, int] = dict.fromkeys(ORDER, 0)
        self.held = 0
        self.references: list[asyncpg.Record] = []

    @staticmethod
    def _plain(default: Any) -> Any:
        return [] if default is list else default if isinstance(default, str | int | bool) else None

    async def begin(self) -> None:
        """Start numbering after what is already stored, and lay the references aside.

        Checked all together in the end they cost a third of what they cost row by row.
        """
        self.references = await self.connection.fetch(REFERENCES, ORDER)
        for each in self.references:
            await self.connection.execute(f"ALTER TABLE {each['table']} DROP CONSTRAINT {each['name']}")
        for name in ORDER:
            self.next[name] = 1 + await self.connection.fetchval(f"SELECT coalesce(max(id), 0) FROM {name}")

    def add(self, table: str, **fields: Any) -> int:
        """Remember a row; the answer is its number."""
        number = self.next[table]
        self.next[table] = number + 1
        whole = self.defaults[table] | fields
        whole["id"] = number
        self.waiting[table].append(tuple([whole[column] for column in self.columns[table]]))
        self.held += 1
        return number

    async def flush(self, *, always: bool = False) -> None:
        """Send what waits, once it is worth a COPY."""
        if self.held < BATCH_ROWS and not always:
            return
        for name in ORDER:
            rows = self.waiting[name]
            if rows:
                await self.connection.copy_records_to_table(name, records=rows, columns=self.columns[name])
                self.count[name] += len(rows)
                self.waiting[name] = []
        self.held = 0

    async def finish(self) -> None:
        """Send the rest with what follows from it, let the tables number on from here, and check every reference."""
        await self.flush(always=True)
        for statement in FOLLOWS:
            await self.connection.execute(statement)
        for name in ORDER:
            await self.connection.execute(
                "SELECT setval(pg_get_serial_sequence($1, 'id'), $2, false)", name, self.next[name]
            )
            if self.count[name]:
                await self.connection.execute(f"ANALYZE {name}")
        for each in self.references:
            await self.connection.execute(
                f"ALTER TABLE {each['table']} ADD CONSTRAINT {each['name']} {each['definition']}"
            )
