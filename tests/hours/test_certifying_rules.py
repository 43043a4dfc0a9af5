"""Certificates, their files and stars, decided without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.hours.rules.certificate_file import Flaw, sign_credential, sign_pdf, verify_credential, verify_pdf
from app.hours.rules.certifying import (
    LETTERS,
    Snapshot,
    Source,
    code_of,
    default_span,
    masked,
    notice_span,
    number_of,
    read_number,
    read_typed,
    snapshot,
    span_refusal,
)
from app.hours.rules.credential import claims
from app.hours.rules.heads import new_private_key
from app.hours.rules.stars import DatedTier, Tier, read_table, standing, table_for

PRIVATE, PUBLIC = new_private_key()
OTHER_PRIVATE, OTHER_PUBLIC = new_private_key()
KEYS = {"k1": PUBLIC, "k0": OTHER_PUBLIC}
DRAWN = datetime(2026, 11, 22, 8, 4, 5, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Size 2>>\nstartxref\n42\n%%EOF"


def source(posting_id: int = 1, **more: object) -> Source:
    """Two hours of visiting, unless something else is said."""
    known: dict[str, object] = {
        "posting_id": posting_id,
        "served_on": date(2026, 3, 1) + timedelta(days=posting_id),
        "minutes": 120,
        "kind": "service",
        "capacity": "volunteer",
        "grade": "B",
        "activity_id": 7,
        "activity": "长者探访",
        "place": "社区中心",
        "content": "长者探访",
        "content_en": "Elder visit",
        "body_id": 3,
        "body": "和风社工",
        "body_en": "Hefeng",
        "credit_code": None,
    }
    return Source(**(known | more))  # type: ignore[arg-type]


def shot_of(*sources: Source) -> Snapshot:
    return snapshot(
        sources, number="20261122-7K4MQ2", drawn_at=DRAWN, name="王三", volunteer_no="T1", from_on=date(2026, 1, 1),
        to_before=date(2027, 1, 1), agency=None,
    )  # fmt: skip


def test_service_training_and_other_kinds_are_three_sums() -> None:
    shot = shot_of(
        source(1),
        source(2, kind="travel", minutes=30),
        source(3, kind="training", capacity="training", minutes=45, body_id=4, body="另一家", grade="E"),
    )
    assert (shot.service_minutes, shot.training_minutes) == (120, 45)
    assert [one.minutes for one in shot.other_sums] == [30]
    assert [(line.capacity, line.times, line.minutes) for line in shot.activities] == [
        ("volunteer", 2, 150), ("training", 1, 45),
    ]  # fmt: skip
    assert [body.name for body in shot.bodies] == ["和风社工", "另一家"]
    assert shot.grades == {"B": 150, "E": 45}
    assert sum(one.minutes for one in shot.entries) == sum(one.minutes for one in shot.sums) == 195


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of ours
@given(st.lists(st.tuples(st.integers(1, 600), st.sampled_from("ABCDE"), st.integers(1, 4), st.booleans()), min_size=1))
def test_every_minute_is_in_each_table_once(drawn: list[tuple[int, str, int, bool]]) -> None:
    sources = [
        source(number, minutes=minutes, grade=grade, activity_id=activity, body_id=activity % 2,
               capacity="training" if trains else "volunteer", kind="training" if trains else "service")
        for number, (minutes, grade, activity, trains) in enumerate(drawn, start=1)
    ]  # fmt: skip
    shot, total = shot_of(*sources), sum(one.minutes for one in sources)
    assert sum(line.minutes for line in shot.activities) == total
    assert sum(one.minutes for one in shot.sums) == total
    assert sum(shot.grades.values()) == total
    assert [entry.posting_id for entry in shot.entries] == [one.posting_id for one in sources]


def test_a_number_says_its_day_and_is_read_as_people_type_it() -> None:
    number = number_of(date(2026, 11, 22), bytes([0, 1, 17, 31, 32, 255]))
    assert number.startswith("20261122-")
    assert len(number) == 15
    assert set(number[9:]) <= set(LETTERS)
    assert read_number(f" {number.replace('-', ' ').lower()} ".replace("0", "o").replace("1", "l")) == number
    assert read_typed(" 7k4-mq2 ") == "7K4MQ2"


def test_the_code_belongs_to_one_token() -> None:
    assert code_of("a") != code_of("b")
    assert len(code_of("a")) == 6


def test_days_that_cannot_be_meant_are_refused() -> None:
    today = date(2026, 11, 22)
    assert span_refusal(today, today, today) is None
    turned, ahead = span_refusal(today, date(2026, 11, 21), today), span_refusal(today, date(2026, 11, 23), today)
    assert turned is not None
    assert turned[1].code == "certificate_span_wrong"
    assert ahead is not None
    assert ahead[1].code == "certificate_span_ahead"
    assert default_span(date(2025, 2, 3), today) == (date(2025, 2, 3), today)
    assert default_span(None, today) == (date(2026, 1, 1), today)


def test_a_notice_lasts_at_least_seven_whole_days() -> None:
    starts, before = notice_span(date(2026, 11, 22), 7)
    assert (before - starts).days == 8  # the day of drawing, of which some is over, and seven whole ones
    assert masked("王三") == "王*"
    assert masked("欧阳小荷") == "欧***"
    assert masked("Wendy Li") == "W***"


# Files.


def test_a_signed_pdf_is_accepted_and_stays_a_pdf() -> None:
    signed = sign_pdf(PDF, "20261122-7K4MQ2", "k1", PRIVATE)
    found = verify_pdf(signed, KEYS)
    assert found.good
    assert (found.number, found.key) == ("20261122-7K4MQ2", "k1")
    assert signed.endswith(b"\nstartxref\n42\n%%EOF")
    assert signed.startswith(PDF[: PDF.index(b"\nstartxref")])


def test_any_flipped_bit_of_a_pdf_is_found() -> None:
    signed = sign_pdf(PDF, "20261122-7K4MQ2", "k1", PRIVATE)
    for place in range(len(signed)):
        for bit in range(8):
            changed = bytearray(signed)
            changed[place] ^= 1 << bit
            assert not verify_pdf(bytes(changed), KEYS).good, (place, bit)


def test_a_pdf_cut_lengthened_unsigned_or_signed_by_another_is_named() -> None:
    signed = sign_pdf(PDF, "20261122-7K4MQ2", "k1", PRIVATE)
    assert verify_pdf(signed[:-1], KEYS).flaws == (Flaw.PROOF_DAMAGED,)
    assert verify_pdf(signed + b"\n", KEYS).flaws == (Flaw.PROOF_DAMAGED,)
    assert verify_pdf(PDF, KEYS).flaws == (Flaw.NO_PROOF,)
    assert verify_pdf(b"PK\x03\x04", KEYS).flaws == (Flaw.NOT_A_PDF,)
    assert verify_pdf(sign_pdf(PDF, "1", "k9", PRIVATE), KEYS).flaws == (Flaw.UNKNOWN_KEY,)
    assert verify_pdf(sign_pdf(PDF, "1", "k1", OTHER_PRIVATE), KEYS).flaws == (Flaw.ALTERED,)
    with pytest.raises(ValueError, match="startxref"):
        sign_pdf(b"%PDF-1.7 without an end", "1", "k1", PRIVATE)


def credential() -> str:
    return sign_credential(claims(shot_of(source(1)), base_url="https://linli.test", token="t0ken"), "k1", PRIVATE)


def test_a_credential_says_what_the_certificate_says() -> None:
    found = verify_credential(credential(), KEYS)
    assert found.good
    assert found.number == "20261122-7K4MQ2"
    subject = found.claims["credentialSubject"]
    assert subject["creditsEarned"] == 2.0
    assert subject["achievement"]["achievementType"] == "CommunityService"
    assert found.claims["iss"] == "https://linli.test"


def test_any_changed_character_of_a_credential_is_found() -> None:
    jwt = credential()
    for place in range(len(jwt)):
        for other in "A_.z0":
            if jwt[place] != other:
                assert not verify_credential(jwt[:place] + other + jwt[place + 1 :], KEYS).good, place


def test_a_credential_with_other_claims_algorithm_or_key_is_named() -> None:
    said = claims(shot_of(source(1)), base_url="https://linli.test", token="t0ken")
    assert verify_credential(sign_credential(said | {"sub": "x"}, "k1", PRIVATE), KEYS).flaws == (Flaw.CLAIMS_DISAGREE,)
    assert verify_credential(sign_credential(said | {"nbf": 1}, "k1", PRIVATE), KEYS).flaws == (Flaw.CLAIMS_DISAGREE,)
    assert verify_credential(sign_credential(said, "k9", PRIVATE), KEYS).flaws == (Flaw.UNKNOWN_KEY,)
    assert verify_credential(sign_credential(said, "k1", OTHER_PRIVATE), KEYS).flaws == (Flaw.ALTERED,)
    none = "eyJhbGciOiJub25lIiwia2lkIjoiI2sxIn0." + credential().split(".")[1] + "."
    assert verify_credential(none, KEYS).flaws == (Flaw.OTHER_ALGORITHM,)
    for nonsense in ("", "a.b", "a.b.c", "你.好.吗", "..", "e30.e30.e30"):
        assert verify_credential(nonsense, KEYS).flaws == (Flaw.NOT_A_CREDENTIAL,)


# Stars.

EVERYWHERE = [DatedTier(region=None, applies_from=date(2012, 1, 1), stars=n, minutes=h * 60)
              for n, h in enumerate((100, 300, 600, 1000, 1500), start=1)]  # fmt: skip


def test_the_nearest_place_wins_and_its_newest_table() -> None:
    rows = [
        *EVERYWHERE,
        DatedTier(region="4403", applies_from=date(2020, 1, 1), stars=1, minutes=50 * 60),
        DatedTier(region="4403", applies_from=date(2026, 1, 1), stars=1, minutes=60 * 60),
        DatedTier(region="440303", applies_from=date(2027, 1, 1), stars=1, minutes=70 * 60),
    ]
    on = date(2026, 6, 1)
    assert table_for(rows, "440303001001", on) == (Tier(1, 3600),)
    assert table_for(rows, "440303001001", date(2025, 6, 1)) == (Tier(1, 3000),)
    assert table_for(rows, "440303001001", date(2027, 6, 1)) == (Tier(1, 4200),)
    assert len(table_for(rows, "5101", on)) == len(table_for(rows, "", on)) == 5
    assert table_for([], "4403", on) == ()


@pytest.mark.parametrize(
    ("hours", "stars", "missing"),
    [(0, 0, 100), (99, 0, 1), (100, 1, 200), (1499, 4, 1), (1500, 5, 0), (9000, 5, 0)],
)
def test_stars_say_what_the_next_one_takes(hours: int, stars: int, missing: int) -> None:
    found = standing(hours * 60, table_for(EVERYWHERE, "", date(2026, 1, 1)))
    assert (found.stars, found.missing) == (stars, missing * 60)


def test_a_typed_table_is_read_or_refused() -> None:
    assert read_table("50，100 200") == (Tier(1, 3000), Tier(2, 6000), Tier(3, 12000))
    for wrong in ("", "100 100", "300 100", "0 5", "1 2 3 4 5 6", "1.5", "-3", "999999"):
        assert read_table(wrong) is None
