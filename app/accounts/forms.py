"""What is accepted: the forms of signing in, of one's own account, and of organisations."""

from typing import Annotated

from msgspec import Meta, Struct

from app.accounts.rules import LONGEST_PASSWORD
from app.kit.rules import N_

Name = Annotated[str, Meta(max_length=80, extra={"required": N_("Enter a name, for example Chen Yi.")})]
Identifying = Annotated[
    str, Meta(max_length=254, extra={"required": N_("Enter your mobile number or e-mail address.")})
]
Password = Annotated[str, Meta(max_length=LONGEST_PASSWORD, extra={"required": N_("Enter the password.")})]


class SignIn(Struct, frozen=True, kw_only=True):
    """Number or address, and password."""

    identifier: Identifying
    password: Password
    next: str = ""


class SignUp(Struct, frozen=True, kw_only=True):
    """A new account."""

    name: Name
    identifier: Identifying
    password: Password
    consent: Annotated[
        str,  # a box that is not ticked is not sent, so an answer that must be given cannot be a bool
        Meta(extra={"required": N_("Please read how your details are used, and tick the box if you agree.")}),
    ]
    next: str = ""


class Acting(Struct, frozen=True, kw_only=True):
    """Which of one's posts to act in."""

    membership: int
    next: str = ""


class OwnAccount(Struct, frozen=True, kw_only=True):
    """What someone may change about their own account."""

    name: Name
    locale: str = ""


class PasswordChange(Struct, frozen=True, kw_only=True):
    """The present password and the new one."""

    present: Password
    new: Password
