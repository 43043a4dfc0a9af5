"""What people sign in with: a telephone number or an e-mail address, read from however they type it."""

import re
import unicodedata
from enum import StrEnum

import phonenumbers
from msgspec import Struct

from app.kit.rules import N_
from app.kit.sealing import blind_index, unseal

HOME_REGION = "CN"
"""Numbers typed without a country code are read as this country's."""

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")

NOT_AN_IDENTIFIER = N_("Enter a mobile number or an e-mail address, for example 138 0013 8000 or li@example.org.")


class Kind(StrEnum):
    """The two columns of an account that can be signed in with."""

    PHONE = "phone"
    EMAIL = "email"


class Identifier(Struct, frozen=True):
    """One number (E.164) or address (lower case), as it is stored and compared."""

    kind: Kind
    value: str

    @property
    def column(self) -> str:
        """The column it is sealed for."""
        return f"account.{self.kind}"

    @property
    def index(self) -> bytes:
        """Its blind index."""
        return blind_index(self.value, self.column)


def read_identifier(typed: str) -> Identifier | None:
    """The number or address that was typed, full-width characters and spaces allowed; None for anything else."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    if "@" in plain:
        address = plain.lower()
        good = len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address)
        return Identifier(Kind.EMAIL, address) if good else None
    try:
        number = phonenumbers.parse(plain, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return Identifier(Kind.PHONE, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def masked(phone: bytes | None, email: bytes | None) -> str:
    """Enough of a sealed number or address to recognise one's own, and no more."""
    if phone:
        number = unseal(phone, f"account.{Kind.PHONE}").removeprefix("+86")
        return f"{number[:3]}****{number[-4:]}"
    name, _, domain = unseal(email, f"account.{Kind.EMAIL}").partition("@")
    return f"{name[:1]}***@{domain}" if domain else ""
