"""Taking requests, and keeping what is personal sealed."""

from datetime import UTC, date, datetime

import pytest

from app.kit.db import fetch_one, value
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.sealing import unseal
from app.requests.actions import asking, looking, triage
from app.requests.actions.deadlines import answer_due
from app.requests.actions.looking import Purpose
from app.requests.queries import choices, residents, seen
from app.requests.rules.asking import Channel
from tests import factories as make
from tests.requests import rows
from tests.requests.rows import ask
from tests.settle import settle

NOW = datetime.now(UTC)

EVERYTHING = """
    SELECT concat_ws(' ',
        (SELECT string_agg(t::text, ' ') FROM resident t), (SELECT string_agg(t::text, ' ') FROM request t),
        (SELECT string_agg(t::text, ' ') FROM request_event t), (SELECT string_agg(t::text, ' ') FROM consent t),
        (SELECT string_agg(t::text, ' ') FROM outbox t), (SELECT string_agg(t::text, ' ') FROM notice t),
        (SELECT string_agg(t::text, ' ') FROM form_receipt t), (SELECT string_agg(t::text, ' ') FROM look t))
"""


async def test_a_request_starts_its_clock_and_its_consent_is_on_record(db: str) -> None:
    town = await rows.town()
    made = await rows.received(asking.new_token())
    row = await seen.request_for(await rows.actor(town.worker), made, NOW)
    assert (row.status, row.short_name, row.channel) == ("received", "王**", "web")
    assert row.due_at is not None
    assert row.due_at == answer_due(row.received_at)
    assert await rows.events_of(made) == ["receive"]
    assert await value("SELECT given_by FROM consent WHERE subject_kind = 'resident'") == "relative"
    assert await value("SELECT purpose FROM consent") == "service_request"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23T06:00:00", "2026-11-25T06:00:00"),  # Monday: Wednesday
        ("2026-11-20T06:00:00", "2026-11-24T06:00:00"),  # Friday: Tuesday
        ("2026-11-27T17:30:00", "2026-11-30T17:30:00"),  # already Saturday by the city's clocks: Tuesday, 01:30
        ("2025-09-30T01:00:00", "2025-10-10T01:00:00"),  # before eight days off: the 9th and 10th of October
        ("2025-10-10T01:00:00", "2025-10-13T01:00:00"),  # Saturday the 11th is worked
    ],
)
def test_an_answer_is_due_after_two_working_days_at_the_same_hour(received: str, due: str) -> None:
    assert answer_due(datetime.fromisoformat(f"{received}+00:00")) == datetime.fromisoformat(f"{due}+00:00")


async def test_nothing_personal_can_be_read_in_the_database(db: str, capsys: pytest.CaptureFixture[str]) -> None:
    town = await rows.town()
    token = asking.new_token()
    made = await rows.received(token, born=date(1939, 2, 3))
    worker = await rows.actor(town.worker)
    await looking.open_details(worker, made, Purpose.CALL, now=NOW)
    await triage.accept(worker, made, now=NOW)
    await settle()
    dump = await value(EVERYTHING)
    assert "王**" in dump
    said = capsys.readouterr()
    for text in (*rows.PERSONAL, token):
        for form in (text, text.encode().hex()):
            assert form not in dump
        assert text not in said.out + said.err
    assert unseal(await value("SELECT name FROM resident"), "resident.name") == rows.NAME


async def test_a_link_opens_only_what_it_was_made_for(db: str) -> None:
    first, second = asking.new_token(), asking.new_token()
    await rows.town()
    await rows.received(first)
    digest = await value("SELECT link_digest FROM request")
    assert digest == asking.link_digest(first) != asking.link_digest(second)
    assert len(first) >= 22  # 128 bits


async def test_the_community_is_told_of_a_new_request(db: str) -> None:
    town = await rows.town()
    made = await rows.received()
    await settle()
    assert await value("SELECT account FROM notice") == town.worker
    assert await value("SELECT link FROM notice") == f"/requests/{made}"
    assert await value("SELECT count(*) FROM notice") == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"region": make.STREET}, "unknown_region"),
        ({"region": "999"}, "unknown_region"),
        ({"service_kind": "community_event"}, "unknown_kind"),
        ({"phone": "12"}, "bad_phone"),
        ({"name": "  "}, "no_name"),
        ({"asked_by": "self", "born": date(2020, 1, 1)}, "needs_guardian"),
    ],
)
async def test_what_cannot_be_taken_leaves_nothing_behind(db: str, wrong: dict[str, object], code: str) -> None:
    await rows.town()
    with pytest.raises((Invalid, Conflict)) as refused:
        await rows.received(**wrong)
    assert refused.value.first.code == code
    assert await value("SELECT count(*) FROM request") == 0
    assert await value("SELECT count(*) FROM resident") == 0


async def test_a_worker_takes_requests_of_their_own_area_only(db: str) -> None:
    town = await rows.town()
    stranger = await rows.actor(town.stranger)
    with pytest.raises(Conflict) as refused:
        await asking.receive(stranger, ask(), Channel.WINDOW, now=NOW)
    assert refused.value.first.code == "outside_region"
    resident = await _resident_of(await rows.received())
    with pytest.raises(NotFound):
        await asking.receive(stranger, ask(resident_id=resident), Channel.WINDOW, now=NOW)


async def test_another_communitys_worker_and_an_agency_without_it_see_nothing(db: str) -> None:
    town = await rows.town()
    made = await rows.received()
    for account in (town.stranger, town.manager, town.other_manager, town.volunteer):
        with pytest.raises(NotFound):
            await seen.request_for(await rows.actor(account), made, NOW)
    worker = await rows.actor(town.worker)
    await triage.accept(worker, made, now=NOW)
    await triage.hand_over(worker, made, town.line, now=NOW)
    assert (await seen.request_for(await rows.actor(town.manager), made, NOW)).id == made
    with pytest.raises(NotFound):
        await seen.request_for(await rows.actor(town.other_manager), made, NOW)
    with pytest.raises(NotFound):
        await looking.open_details(await rows.actor(town.other_manager), made, Purpose.CALL, now=NOW)
    assert await value("SELECT count(*) FROM look") == 0


async def test_each_look_is_written_down_with_who_and_why(db: str) -> None:
    town = await rows.town()
    made = await rows.received()
    opened = await looking.open_details(await rows.actor(town.worker), made, Purpose.CALL, now=NOW)
    assert (opened.name, opened.phone, opened.address) == (rows.NAME, "+86" + rows.PHONE, rows.ADDRESS)
    assert (opened.asker.name, opened.risks) == ("李小红", ["stairs", "dog"])
    look = await fetch_one(_Look, "SELECT account, purpose, subject_id, fields FROM look")
    assert look is not None
    assert (look.account, look.purpose, look.subject_id) == (town.worker, "call", await _resident_of(made))
    assert "address" in look.fields


class _Look(asking.Struct, frozen=True):
    account: int
    purpose: str
    subject_id: int
    fields: list[str]


async def test_possible_duplicates_are_found_by_name_number_and_address(db: str) -> None:
    town = await rows.town()
    worker = await rows.actor(town.worker)
    known = await _resident_of(await rows.received())
    near = make.COMMUNITY

    async def found(name: str, phone: str, address: str, region: str = near) -> list[tuple[int, bool, bool, bool]]:
        mark = residents.fingerprint(name, asking.read_phone(phone), address, region)
        return [(r.id, r.same_name, r.same_phone, r.same_address) for r in await residents.alike(worker, mark)]

    assert await found("王 秀兰", "", "") == [(known, True, False, False)]
    assert await found("", "0086 138-0013-8000", "") == [(known, False, True, False)]
    assert await found("", "", "桂园路１２号 3栋，502") == [(known, False, False, True)]
    assert await found("张三", "13800138001", "别处") == []
    assert await found("", "", "") == []
    assert await found(rows.NAME, "", "", make.OTHER_COMMUNITY) == []
    stranger = await rows.actor(town.stranger)
    assert not await residents.alike(stranger, residents.fingerprint(rows.NAME, "+8613800138000", "", near))


async def test_choosing_someone_known_makes_no_second_record(db: str) -> None:
    town = await rows.town()
    worker = await rows.actor(town.worker)
    known = await _resident_of(await rows.received())
    again = await asking.receive(worker, ask(resident_id=known, name="", phone=""), Channel.PHONE, now=NOW)
    assert await _resident_of(again) == known
    assert await value("SELECT count(*) FROM resident") == 1
    assert await value("SELECT count(*) FROM consent WHERE recorded_by = $1", town.worker) == 1


async def test_filing_under_the_known_resident_removes_the_second_record(db: str) -> None:
    town = await rows.town()
    worker = await rows.actor(town.worker)
    known = await _resident_of(await rows.received())
    made = await rows.received(phone="0755 2512 3456", address="新址8号")
    second = await _resident_of(made)
    await triage.merge(worker, made, known, take_details=True, now=NOW)
    assert await _resident_of(made) == known
    assert await value("SELECT count(*) FROM resident WHERE id = $1", second) == 0
    assert await value("SELECT count(*) FROM consent WHERE subject_id = $1", known) == 2
    opened = await looking.open_details(worker, made, Purpose.CORRECT, now=NOW)
    assert (opened.address, opened.phone) == ("新址8号", "+8675525123456")
    assert await rows.events_of(made) == ["receive", "merge"]
    with pytest.raises(NotFound):
        await triage.merge(worker, made, known, take_details=False, now=NOW)


def test_a_community_is_found_by_label_name_or_part_of_it() -> None:
    known = [
        choices.Community("1", "大塘龙社区", "Datanglong", "桂园街道", "Guiyuan", "罗湖区", "Luohu"),
        choices.Community("2", "新村社区", "Xincun", "甲街道", "Jia", "罗湖区", "Luohu"),
        choices.Community("3", "新村社区", "Xincun", "乙街道", "Yi", "福田区", "Futian"),
    ]
    assert [c.code for c in choices.matching("大塘龙社区（罗湖区 桂园街道）", known)] == ["1"]
    assert [c.code for c in choices.matching("datanglong", known)] == ["1"]
    assert [c.code for c in choices.matching("大塘龙", known)] == ["1"]
    assert [c.code for c in choices.matching("新村社区", known)] == ["2", "3"]
    assert [c.code for c in choices.matching("Xincun (Yi, Futian)", known)] == ["3"]
    assert [c.code for c in choices.matching("3", known)] == ["3"]
    assert not choices.matching("没有", known)
    assert not choices.matching(" ", known)


async def _resident_of(request_id: int) -> int:
    return int(await value("SELECT resident FROM request WHERE id = $1", request_id))
