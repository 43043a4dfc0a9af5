"""The house rules that a machine can check."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from msgspec import Struct
from piccolo.columns import ForeignKey, OnDelete
from piccolo.conf.apps import Finder

from app.kit import web
from app.kit.db import execute, fetch
from app.kit.errors import Conflict
from app.kit.migrating import migrate
from app.kit.rules import Refusal
from app.settings import ROOT, Settings, settings
from app.worker import WorkerSettings, bindings

PACKAGES = ("accounts", "notices", "programs", "volunteers", "shifts", "hours", "requests", "reports", "matching")
DRAWS = ("kit/pictures.py", "hours/certificate/sheet.py")
"""What is saved there is a picture, not a row."""
SOURCES = [file for file in (ROOT / "app").rglob("*.py") if "migrations" not in file.parts]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_holds_one_idea(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 400


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_says_its_role_and_keeps_to_the_house_rules(file: Path) -> None:
    tree = ast.parse(file.read_text())
    assert ast.get_docstring(tree), "the module does not say what it is for"
    banned = {"utils", "helpers", "common", "manager", "handler", "data", "info", "process"}
    assert file.stem not in banned
    where = file.relative_to(ROOT / "app").as_posix()
    for node in ast.walk(tree):
        text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if text in ("os.environ", "os.getenv"):
            assert where.startswith(("settings.py", "cli")), "only settings and the command line read the environment"
        if text in ("datetime.now", "date.today", "time.time"):
            assert where == "kit/clock.py", "take `now` as an argument; only the clock reads the clock"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in ("get_or_create", "objects"), "update the columns you mean, by SQL"
            assert node.func.attr != "save" or where in DRAWS, "update the columns you mean, by SQL"


def _templates() -> list[str]:
    return web.environment().list_templates(extensions=["html"])


@pytest.mark.parametrize("name", _templates())
def test_a_template_compiles_and_speaks_every_language(name: str) -> None:
    made = web.environment()
    made.globals["static"] = str
    made.get_template(name)
    source = (ROOT / "templates" / name).read_text()
    source = re.sub(r"{% block shape[^%]*%}.*?{% endblock[^%]*%}", "", source)  # class names
    source = re.sub(r"(?s)<code>.*?</code>", "", source)  # what is typed is the same in every language
    code = re.sub(r"(?s){#.*?#}|{%-?\s*trans\b.*?endtrans\s*-?%}|{{.*?}}|{%.*?%}", "", source)
    assert not re.search(r"\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", code), "the policy forbids inline code"
    visible = re.sub(r"(?s)<[^>]*>|&[a-z]+;|[a-z-]+=\"[^\"]*\"", "", code)
    untranslated = re.search(
        r"[A-Za-z]{3,}[^\n]*|[\u4e00-\u9fff]{2,}[^\n]*",
        re.sub(r"Linli|邻里|中文|English|\b(required|checked|selected|disabled|open|hidden)\b", "", visible),
    )
    assert untranslated is None, f"not translatable: {untranslated}"


def test_every_reference_says_what_happens_to_it() -> None:
    for table in Finder().get_table_classes():
        for column in table._meta.columns:
            if isinstance(column, ForeignKey):
                options = column._foreign_key_meta
                assert options.on_delete == OnDelete.restrict, f"{table.__name__}.{column._meta.name}"


class _Constraint(Struct):
    name: str
    kind: str


async def test_every_constraint_a_person_can_trip_has_a_sentence(db: str) -> None:
    sentences: dict[str, Refusal] = {}
    for package in PACKAGES:
        rules = importlib.import_module(f"app.{package}.rules")
        rooms = [f"{rules.__name__}.{room.name}" for room in pkgutil.iter_modules(getattr(rules, "__path__", []))]
        for module in [rules, *map(importlib.import_module, rooms)]:
            sentences |= getattr(module, "CONSTRAINTS", {})
    named = await fetch(
        _Constraint,
        """
        SELECT conname AS name, contype::text AS kind FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
        WHERE c.connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'x') AND NOT t.relispartition
        """,
    )
    known = {constraint.name for constraint in named}
    for name in sentences:
        index = await fetch(
            _Constraint,
            "SELECT relname AS name, 'i' AS kind FROM pg_class WHERE relname = $1"
            " UNION ALL SELECT conname, contype::text FROM pg_constraint WHERE conname = $1",
            name,
        )
        assert name in known or index, f"{name} is explained but does not exist"
    # What only our own code can trip needs no sentence: unknown codes of enums, digests that cannot collide.
    ours = re.compile(r"_known$|_key$|_has_parent$|_is_prefix$|^form_|^api_key_once|_link_once|_vouched$|_pkey$")
    silent = {name for name in known if name not in sentences and not ours.search(name)}
    internal = {
        "account_can_be_reached",
        "adjustment_batch_counts",
        "adjustment_part_is_recorder",
        "allocation_part_is_allocator",
        "approval_by_someone",
        "approval_part_is_verifier",
        "asking_closed_whole",
        "asking_places_some",
        "attendance_counted_not_negative",
        "attendance_once",
        "attendance_raw_in_order",
        "attendance_training_is_apart",
        "call_back_asked_by_someone",
        "call_back_once",
        "certificate_notice_in_order",
        "certificate_number_once",
        "certificate_posting_once",
        "certificate_token_once",
        "credential_verified_whole",
        "detached_month_begins_a_month",
        "gap_once",
        "held_time_in_order",
        "leaf_once",
        "leaf_position_not_negative",
        "objection_decided_by_someone",
        "offer_deadline_gives_time",
        "offer_deadline_once",
        "offer_once_an_asking",
        "offer_open_until",
        "organisation_not_its_own_parent",
        "part_one_each",
        "part_to_refer_to",
        "person_volunteer_no_once",
        "placement_dropped_whole",
        "posting_correction_has_reason",
        "posting_negative_only_to_reverse",
        "posting_reversal_names_its_entry",
        "posting_takes_turns",
        "posting_training_is_apart",
        "punch_fix_is_whole",
        "punch_nonce_once",
        "punch_undone_once",
        "radar_finding_once",
        "rollup_day_once",
        "rollup_month_once",
        "rollup_person_once",
        "rollup_split_once",
        "rule_book_draft_of_contract_or_funder",
        "rule_book_of_contract_or_funder",
        "rule_book_one_a_day",
        "rule_book_version_once",
        "sample_draw_is_a_part",
        "sample_draw_once_a_day",
        "sample_draw_permille_is_a_share",
        "signing_key_name_once",
        "tile_of_whole_hashes",
        "tile_once",
        "time_exception_once",
        "time_exception_settled_with_reason",
        "tree_head_size_positive",
    }
    missing = " ".join(sorted(silent - internal))
    assert missing == ""


async def test_the_apps_role_cannot_change_what_is_append_only(db: str) -> None:
    tables = {
        t._meta.tablename: t._meta.primary_key._meta.db_column_name
        for t in Finder().get_table_classes()
        if getattr(t, "append_only", False)
    }
    assert {"punch", "posting", "allocation", "approval", "adjustment", "look", "confirmation"} <= set(tables)
    assert {"part", "leaf", "tree_head", "rule_book", "certificate", "objection_word"} <= set(tables)
    for table, key in tables.items():
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {key} = {key}", f"TRUNCATE {table}"):
            with pytest.raises(Exception, match="permission denied"):
                await execute(statement)


async def test_migrating_twice_changes_nothing(db: str) -> None:
    await migrate(settings())


def test_every_event_that_is_caused_has_a_job_or_is_known_to_have_none() -> None:
    caused = set()
    for file in SOURCES:
        caused |= set(re.findall(r"later\(\s*\"([a-z_.]+)\"", file.read_text()))
    assert caused, "no events found"
    bound = set(bindings())
    assert caused <= bound, f"nobody listens to {caused - bound}"
    assert WorkerSettings.functions


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    for field in Settings.__struct_fields__:
        name = {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL"}.get(field, f"LINLI_{field.upper()}")
        assert name in text, f"{name} is not in docs/operations.md"


async def test_a_failure_of_ours_is_logged_with_its_trace(
    app: Litestar, visit: Callable[[], Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(app.state, "nav", fail)
    visitor = visit()
    with pytest.raises(ZeroDivisionError):
        await visitor.get("/sign-in")
    assert "planted" in capsys.readouterr().out


def test_a_refusal_fills_its_places() -> None:
    refusal = Refusal("x", "%(n)s left").with_params(n=3)
    assert Conflict(refusal).first.params == {"n": 3}
