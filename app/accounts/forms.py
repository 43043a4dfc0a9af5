"""What is accepted: the forms of signing in, of one's own account, and of organisations."""

from typing import Annotated

from msgspec import Meta, Struct

from app.accounts.rules import LONGEST_PASSWORD, OrganisationKind, Role
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


class FirstPassword(Struct, frozen=True, kw_only=True):
    """One's own password in the place of the one that was given."""

    new: Password
    consent: Annotated[
        str, Meta(extra={"required": N_("Please read how your details are used, and tick the box if you agree.")})
    ]


class OrganisationForm(Struct, frozen=True, kw_only=True):
    """An organisation."""

    name: Annotated[str, Meta(max_length=120, extra={"required": N_("Enter the organisation's full name.")})]
    region: Annotated[str, Meta(max_length=12, extra={"required": N_("Choose a place from the list.")})]
    name_en: Annotated[str, Meta(max_length=160)] = ""
    credit_code: Annotated[str, Meta(max_length=30)] = ""


class NewOrganisation(OrganisationForm, frozen=True, kw_only=True):
    """An organisation with its kind, which it keeps: roles depend on it."""

    kind: Annotated[OrganisationKind, Meta(extra={"required": N_("Choose what it is here.")})]


class NewMember(Struct, frozen=True, kw_only=True):
    """Somebody's role in an organisation; with a name when there may be no account yet."""

    identifier: Identifying
    role: Annotated[Role, Meta(extra={"required": N_("Choose a role.")})]
    name: Annotated[str, Meta(max_length=80)] = ""


class NewKey(Struct, frozen=True, kw_only=True):
    """A key for the JSON API."""

    name: Annotated[str, Meta(max_length=80, extra={"required": N_("Say what the key is for, for example Payroll.")})]
    role: Annotated[Role, Meta(extra={"required": N_("Choose a role.")})]


class Helped(Struct, frozen=True, kw_only=True):
    """Somebody who cannot sign in."""

    identifier: Identifying
