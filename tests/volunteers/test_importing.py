"""People come in from an agency's own list: faults in words, nobody twice, nothing lost that was put right."""

import csv
import io
from collections.abc import Callable
from datetime import date

import httpx
from openpyxl import Workbook

from app.kit.db import execute, value
from app.kit.sealing import blind_index, seal, unseal
from app.volunteers.importing.judging import homes_of
from tests import factories as make
from tests import imports
from tests.imports import figure, look_over, take_in
from tests.visitor import Visitor

Visit = Callable[[], Visitor]
START = "/imports/people"
LIST = (
    "姓名,性别,手机号,出生日期,所在社区,特长,语言\n"
    "王小明,男,138 0013 8001,1990-05-04,大塘龙社区,理发、急救,普通话/粤语\n"
    "李小红,女,13800138002,1988年3月2日,桂园街道桂木园社区,书法,客家\n"
)


async def manager(visit: Visit) -> tuple[Visitor, int]:
    agency = await make.organisation("agency", "社工机构")
    return await visit().signs_in_as(await make.member(agency, "agency_manager")), agency


async def send(visitor: Visitor, content: bytes, name: str = "file.csv") -> httpx.Response:
    return await imports.send(visitor, START, content, name)


async def taken_in(visitor: Visitor, text: str) -> str:
    """The page after all of a list was taken in."""
    return await take_in(visitor, await look_over(visitor, await send(visitor, text.encode())))


async def test_a_list_becomes_people_the_agency_keeps(visit: Visit) -> None:
    visitor, agency = await manager(visit)
    run = await look_over(visitor, await send(visitor, LIST.encode()))
    preview = (await visitor.get(run)).text
    assert figure(preview, "New") == 2
    assert "138****8001" in preview
    assert "138 0013 8001" not in preview
    assert await value("SELECT count(*) FROM person") == 0
    await take_in(visitor, run)
    who = "SELECT %s FROM person WHERE name = '王小明'"
    assert await value(who % "kept_by") == agency
    assert unseal(await value(who % "phone"), "person.phone") == "+8613800138001"
    assert unseal(await value(who % "born"), "person.born") == "1990-05-04"
    assert await value(who % "home") == make.COMMUNITY
    assert await value(who % "skills") == ["first_aid", "haircut"]
    assert await value(who % "languages") == ["cmn", "yue"]
    assert await value("SELECT home FROM person WHERE name = '李小红'") == make.OTHER_COMMUNITY
    assert await value("SELECT count(*) FROM consent WHERE purpose = 'agency_list'") == 2
    assert await value(who % "sex") == ""


async def test_the_same_list_again_changes_nothing_and_asks_nothing(visit: Visit) -> None:
    visitor, _ = await manager(visit)
    await taken_in(visitor, LIST)
    before = await value("SELECT md5(string_agg(p::text, '|' ORDER BY id)) FROM person p")
    run = await look_over(visitor, await send(visitor, LIST.encode()))
    assert "All 2 rows are already there; nothing changed." in (await visitor.get(run)).text
    assert await value("SELECT md5(string_agg(p::text, '|' ORDER BY id)) FROM person p") == before


async def test_every_fault_of_a_row_is_said_with_an_example_of_right(visit: Visit) -> None:
    visitor, _ = await manager(visit)
    wrong = LIST + ",男,12345,1/2/1990,月亮社区,,\n赵无,,,,,,\n孙老,,13800138003,1901-01-01,,,\n"
    run = await look_over(visitor, await send(visitor, wrong.encode()))
    assert figure((await visitor.get(run)).text, "Failed") == 3
    rows = (await visitor.get(f"{run}/rows?standing=failed")).text
    for sentence in (
        "The name is empty. Write it as on the identity card, for example 王小明.",
        "Write it like 138 0013 8000",
        "Day and month could be the other way round",
        "We know no such community. Write its name like 大塘龙社区",
        "the name alone does not tell two people of the same name apart",
        "Check the year: this date of birth cannot be right.",
    ):
        assert sentence in rows, sentence


async def test_failed_people_come_in_once_put_right(visit: Visit) -> None:
    visitor, _ = await manager(visit)
    run = await look_over(visitor, await send(visitor, (LIST + "周小天,男,12345,1995-01-01,,,\n").encode()))
    await take_in(visitor, run)
    back = (await visitor.get(f"{run}/failed.csv")).content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(back))
    assert row["姓名"] == "周小天"
    assert "手机" not in row["linli_why"]
    assert "mobile number" in row["linli_why"]
    second = await taken_in(visitor, back.replace("12345", "13800138009"))
    assert "1 row was taken." in second
    assert await value("SELECT count(*) FROM person") == 3


async def test_whoever_is_known_by_telephone_is_not_added_a_second_time(visit: Visit) -> None:
    visitor, _ = await manager(visit)
    account = await make.account("王小明", phone="+8613800138001")
    await make.person("王小明", account)
    other = await make.organisation("agency", "另一家")
    kept = await make.person("李小红")
    await execute(
        "UPDATE person SET kept_by = $2, phone = $3, phone_index = $4 WHERE id = $1",
        kept, other, seal("+8613800138002", "person.phone"), blind_index("+8613800138002", "person.phone"),
    )  # fmt: skip
    run = await look_over(visitor, await send(visitor, LIST.encode()))
    page = (await visitor.get(run)).text
    assert figure(page, "Already there") == 2
    rows = (await visitor.get(f"{run}/rows")).text
    assert "has an account already" in rows
    assert "Another agency keeps someone with this number" in rows
    assert await value("SELECT count(*) FROM person") == 2


async def test_a_changed_row_changes_the_person_until_they_have_an_account(visit: Visit) -> None:
    visitor, _ = await manager(visit)
    await taken_in(visitor, LIST)
    changed = await taken_in(visitor, LIST.replace("理发、急救", "理发"))
    assert figure(changed, "Changed") == 1
    assert await value("SELECT skills FROM person WHERE name = '王小明'") == ["haircut"]
    await execute("UPDATE person SET account = $1 WHERE name = '王小明'", await make.account("王小明"))
    run = await look_over(visitor, await send(visitor, LIST.replace("理发、急救", "驾驶").encode()))
    assert "has an account already" in (await visitor.get(run)).text
    assert await value("SELECT skills FROM person WHERE name = '王小明'") == ["haircut"]


async def test_a_word_without_a_meaning_is_left_out_until_someone_chooses_one(visit: Visit) -> None:
    visitor, _ = await manager(visit)
    run = await look_over(visitor, await send(visitor, LIST.encode()))
    page = (await visitor.get(run)).text
    assert "A skill that is chosen for nothing of ours: left out." in page
    place = next(n for n in range(5) if f'name="word-skills-{n}" aria-label="书法"' in page)
    chosen = {f"word-skills-{n}": ("tutoring" if n == place else "first_aid") for n in range(3)}
    languages = {"word-languages-0": "cmn", "word-languages-1": "yue", "word-languages-2": "hak"}
    assert (await visitor.post(f"{run}/words", chosen | languages)).status_code == 303
    await imports.settle()
    await take_in(visitor, run)
    assert await value("SELECT skills FROM person WHERE name = '李小红'") == ["tutoring"]


async def test_a_workbook_with_numbers_and_dates_reads_as_its_people_see_it(visit: Visit) -> None:
    visitor, _ = await manager(visit)
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet
    sheet.append(["姓名", "手机号", "出生日期"])
    sheet.append(["王小明", 13800138001, date(1990, 5, 4)])
    book.save(file)
    await take_in(visitor, await look_over(visitor, await send(visitor, file.getvalue(), "people.xlsx")))
    assert unseal(await value("SELECT phone FROM person"), "person.phone") == "+8613800138001"
    assert unseal(await value("SELECT born FROM person"), "person.born") == "1990-05-04"


async def test_the_list_in_gb18030_holds_the_same_people(visit: Visit) -> None:
    visitor, _ = await manager(visit)
    await taken_in(visitor, LIST)
    run = await look_over(visitor, await send(visitor, LIST.encode("gb18030")))
    assert "nothing changed" in (await visitor.get(run)).text


async def test_telephone_numbers_are_nowhere_readable_in_the_import(visit: Visit) -> None:
    visitor, _ = await manager(visit)
    await taken_in(visitor, LIST)
    for table in ("import_run", "import_row", "import_seen", "import_mapping", "outbox"):
        text = await value(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t")
        assert "13800138001" not in text
        assert "王小明" not in text


def test_a_community_is_found_by_code_name_short_name_or_behind_its_street() -> None:
    homes = homes_of(
        [
            ("440303001", "桂园街道", "Guiyuan", 4),
            ("440303001001", "大塘龙社区", "Datanglong", 5),
            ("440303002", "黄贝街道", "Huangbei", 4),
            ("440303002001", "新村社区", "Xincun", 5),
            ("440303001009", "新村社区", "Xincun", 5),
        ]
    )
    for typed in ("440303001001", "大塘龙社区", "大塘龙", "桂园街道大塘龙社区", "桂园 大塘龙", "datanglong"):
        assert homes.find(typed) == ("440303001001", None), typed
    assert homes.find("黄贝新村")[0] == "440303002001"
    code, wrong = homes.find("新村社区")
    assert code == ""
    assert wrong
    assert "street" in wrong
