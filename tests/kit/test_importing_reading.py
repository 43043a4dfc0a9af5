"""Tables are read as people's programs write them; what is no table is refused in words."""

import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from app.kit.errors import Invalid
from app.kit.importing.dates import read_day
from app.kit.importing.reading import WHY_COLUMN, read_table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_encoding_and_separator_reads_the_same(encoding: str, separator: str) -> None:
    text = separator.join(("姓名", "电话")) + "\r\n" + separator.join(("王小明", "138")) + "\r\n"
    table = read_table(text.encode(encoding), "a.csv")
    assert (table.headers, table.rows) == (["姓名", "电话"], [["王小明", "138"]])


def test_empty_rows_ragged_rows_and_nameless_columns_are_taken_and_said() -> None:
    table = read_table(b"\n a ,,a\n\n1,2,3\n4\n5,6,7,8\n", "a.csv")
    assert table.headers == ["a", "(B)", "a (2)"]
    assert table.rows == [["1", "2", "3"], ["4", "", ""], ["5", "6", "7"]]
    assert set(table.remarks) == {"blank_header", "twin_header", "blank_rows", "ragged"}


def test_the_column_that_says_why_is_ignored_when_it_comes_in_again() -> None:
    table = read_table(f"a,{WHY_COLUMN},b\n1,because,2\n".encode(), "a.csv")
    assert (table.headers, table.rows) == (["a", "b"], [["1", "2"]])


def test_a_workbook_reads_as_its_people_see_it() -> None:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet
    sheet.append(["n", "x", "day", "time"])
    sheet.append([13800138000, 1.5, date(2026, 1, 2), datetime(2026, 1, 2, 9, 30)])  # noqa: DTZ001 (a cell has no zone)
    book.create_sheet("more")
    book.save(file)
    table = read_table(file.getvalue(), "a.xlsx")
    assert table.rows == [["13800138000", "1.5", "2026-01-02", "2026-01-02 09:30"]]
    assert table.remarks == ["first_sheet"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a,b\n", b"PK\x03\x04", b"a\0b\n1\n", b"\xff\x00\x81\x00"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_table(content, "a.csv")


def test_more_rows_than_fifty_thousand_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read_table(b"a\n" + b"1\n" * 50_001, "a.csv")
    assert refused.value.first.code == "too_many_rows"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        table = read_table(content, "a.csv")
    except Invalid:
        return
    assert all(len(row) == len(table.headers) for row in table.rows)


@pytest.mark.parametrize(
    "text",
    ["2011-07-30", "2011/7/30", "2011年7月30日", "20110730", "July 30 2011", "30 Jul 2011", "7/30/2011", "30.7.2011"],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    read = read_day(text)
    assert read
    assert read.day == date(2011, 7, 30)
    assert not read.ambiguous


def test_a_day_that_could_be_two_says_so_and_nonsense_is_none() -> None:
    read = read_day("1/2/1990")
    assert read
    assert read.ambiguous
    assert all(
        read_day(text) is None for text in ("", "soon", "2011-02-30", "0", "31/31/2011", "July 2011", "1790-01-01")
    )
