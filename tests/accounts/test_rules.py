"""The permission table and the pure rules of accounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import rules
from app.accounts.identifiers import Kind, read_identifier
from app.accounts.rules import MAY, ROLES_OF, OrganisationKind, Permission, Role


def test_every_role_belongs_to_one_kind_of_organisation_and_has_a_name() -> None:
    of_kinds = [role for roles in ROLES_OF.values() for role in roles]
    assert sorted(of_kinds) == sorted(set(Role) - {Role.VOLUNTEER})
    assert set(ROLES_OF) == set(rules.KIND_NAMES) == set(rules.KIND_HINTS) == set(OrganisationKind)
    assert set(MAY) == set(rules.ROLE_NAMES) == set(Role)
    assert set().union(*MAY.values()) == set(Permission)


def test_only_the_platform_manages_organisations_and_it_sees_no_programs_or_residents() -> None:
    assert [role for role in Role if Permission.ORGANISATION_MANAGE in MAY[role]] == [Role.PLATFORM_ADMIN]
    assert not MAY[Role.PLATFORM_ADMIN] & {Permission.PROGRAM_SEE, Permission.RESIDENT_LOOK, Permission.REPORT_READ}


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000101623741K", "911101066976941872"])
def test_published_credit_codes_are_good_and_a_slip_is_noticed(code: str) -> None:
    assert rules.is_credit_code(code)
    for place, letter in enumerate(code):
        slip = "7" if letter != "7" else "8"
        assert not rules.is_credit_code(code[:place] + slip + code[place + 1 :])


@given(st.text(max_size=20))
def test_any_text_is_a_credit_code_or_not(text: str) -> None:
    assert rules.is_credit_code(text) in (True, False)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", rules.PASSWORD_TOO_SHORT),
        ("13800138000", rules.PASSWORD_IS_IDENTIFIER),
        ("+86 138 0013 8000", rules.PASSWORD_IS_IDENTIFIER),
        ("four plain words here", None),
        ("一二三四五六七八九十", None),
    ],
)
def test_a_password_is_long_and_not_the_number_itself(password: str, fault: str | None) -> None:
    assert rules.password_fault(password, ["+8613800138000"]) == fault


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("138 0013 8000", (Kind.PHONE, "+8613800138000")),
        ("１３８００１３８０００", (Kind.PHONE, "+8613800138000")),
        ("+852 9123 4567", (Kind.PHONE, "+85291234567")),
        (" Li@Example.ORG ", (Kind.EMAIL, "li@example.org")),
        ("li@example", None),
        ("12345", None),
        ("李一", None),
        ("", None),
    ],
)
def test_numbers_and_addresses_are_read_as_they_are_typed(typed: str, read: tuple[Kind, str] | None) -> None:
    identifier = read_identifier(typed)
    assert (identifier and (identifier.kind, identifier.value)) == read


def test_the_last_who_manages_members_cannot_go() -> None:
    assert rules.last_refusal(0, Role.AGENCY_MANAGER) == rules.LAST_WHO_MANAGES
    assert rules.last_refusal(1, Role.AGENCY_MANAGER) is None
    assert rules.last_refusal(0, Role.SOCIAL_WORKER) is None
