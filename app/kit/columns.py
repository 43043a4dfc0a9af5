"""Columns that say what they mean: Piccolo's defaults are silent (text '', ON DELETE CASCADE, nullable, unindexed)."""

from typing import Any

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    DoublePrecision,
    ForeignKey,
    Integer,
    OnDelete,
    OnUpdate,
    Text,
    Timestamptz,
    Varchar,
)

from app.kit.sealing import Encrypted


def identity() -> BigSerial:
    """The row's own number."""
    return BigSerial(primary_key=True)


def text(length: int = 200) -> Varchar:
    """Text that must be given."""
    return Varchar(length=length, null=False, default=None)


def text_or(default: str, length: int = 200) -> Varchar:
    """Text with a default."""
    return Varchar(length=length, null=False, default=default)


def text_or_blank(length: int = 200) -> Varchar:
    """Text that may be left empty."""
    return Varchar(length=length, null=False, default="")


def optional_text(length: int = 200) -> Varchar:
    """Text that may be unknown."""
    return Varchar(length=length, null=True, default=None)


def prose() -> Text:
    """Longer text, possibly empty."""
    return Text(null=False, default="")


def whole() -> BigInt:
    """A whole number that must be given: minutes, fen, people."""
    return BigInt(null=False, default=None)


def whole_or(default: int) -> Integer:
    """A whole number with a default."""
    return Integer(null=False, default=default)


def optional_whole() -> Integer:
    """A whole number that may be unknown."""
    return BigInt(null=True, default=None)


def optional_real() -> DoublePrecision:
    """A measured number that may be unknown."""
    return DoublePrecision(null=True, default=None)


def flag(default: bool = False) -> Boolean:
    """Yes or no."""
    return Boolean(null=False, default=default)


def instant() -> Timestamptz:
    """An instant that must be given."""
    return Timestamptz(null=False, default=None)


def optional_instant() -> Timestamptz:
    """An instant that may not have come yet."""
    return Timestamptz(null=True, default=None)


def day() -> Date:
    """A calendar day that must be given."""
    return Date(null=False, default=None)


def optional_day() -> Date:
    """A calendar day that may be unknown."""
    return Date(null=True, default=None)


def words() -> Array:
    """A list of codes."""
    return Array(base_column=Varchar(length=60), null=False, default=list)


def numbers() -> Array:
    """A list of row numbers."""
    return Array(base_column=BigInt(), null=False, default=list)


def record() -> JSONB:
    """A small object whose shape its writer's Struct defines."""
    return JSONB(null=False, default="{}")


def digest() -> Bytea:
    """A digest or blind index that may be absent."""
    return Bytea(null=True, default=None)


def encrypted() -> Encrypted:
    """Personal data, sealed; may be absent."""
    return Encrypted(null=True, default=None)


def refers(table: Any) -> "ForeignKey[Any]":
    """A reference that must be given; the row it names cannot be deleted."""
    return ForeignKey(
        references=table, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True
    )


def may_refer(table: Any) -> "ForeignKey[Any]":
    """A reference that may be absent; the row it names cannot be deleted."""
    return ForeignKey(references=table, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
