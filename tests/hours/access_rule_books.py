"""Who gets which answer at the routes of rule-books."""

from datetime import UTC, datetime

from app.kit.db import value
from tests.house.cases import Case, only
from tests.house.world import World

SEES = only("agency_manager", "funder_officer", "evaluator", "platform_admin")
MAKES = only("funder_officer", "platform_admin")
RULES = '{"least_minutes": 15, "round_to_minutes": 1, "most_minutes_a_day": 480}'
DRAFT = "/rule-book-drafts/{rule_book_draft}"
NOT_THE_PLATFORMS = {"platform_admin": 404}
SEEN_BY_THE_PLATFORM = {"platform_admin": 403}


async def rows(world: World) -> None:
    """A version of the world's funder, drafts of others, and hours that were counted again."""
    funder = await value("SELECT funder FROM program WHERE id = $1", world.rows["program"])
    officer, now = world.accounts["funder_officer"], datetime.now(UTC)
    world.rows["rule_book"] = await value(
        "INSERT INTO rule_book (funder, version, applies_from, rules, published_at)"
        " VALUES ($1, 'W-1', '2026-01-01', $2::jsonb, $3) RETURNING id",
        funder, RULES, now,
    )  # fmt: skip
    for name in ("rule_book_draft", "draft_to_discard", "draft_to_delete"):
        world.rows[name] = await value(
            "INSERT INTO rule_book_draft (funder, version, applies_from, rules, made_by, made_at, preview)"
            " VALUES ($1, $2, '2099-01-01', $3::jsonb, $4, $5, '{}') RETURNING id",
            funder, name[:20], RULES, officer, now,
        )  # fmt: skip
    world.rows["rerating"] = await value(
        "INSERT INTO rerating (rule_book, from_on, to_before, reason, asked_by, asked_at, status, left_alone)"
        " VALUES ($1, '2026-11-01', '2026-12-01', '按合同', $2, $3, 'done', '{}') RETURNING id",
        world.rows["rule_book"], officer, now,
    )  # fmt: skip


CASES: dict[str, Case] = {
    "hours.rule_books": Case("GET", "/rule-books", roles=SEES, stranger=200),
    "hours.rule_book": Case("GET", "/rule-books/{rule_book}", roles=SEES),
    "hours.rule_book_new": Case("GET", "/rule-books/new", roles=MAKES, stranger=200),
    "hours.rule_book_begin": Case("POST", "/rule-books/new", ok=422, roles=MAKES, stranger=422),
    "hours.rule_book_draft": Case("GET", DRAFT, roles=MAKES, per_role=NOT_THE_PLATFORMS),
    "hours.rule_book_edit": Case("GET", f"{DRAFT}/edit", roles=MAKES, per_role=NOT_THE_PLATFORMS),
    "hours.rule_book_change": Case("POST", f"{DRAFT}/edit", ok=422, roles=MAKES, per_role=NOT_THE_PLATFORMS),
    "hours.rule_book_preview": Case("POST", f"{DRAFT}/preview", ok=422, roles=MAKES, per_role=NOT_THE_PLATFORMS),
    "hours.rule_book_publish": Case("POST", f"{DRAFT}/publish", ok=422, roles=MAKES, per_role=NOT_THE_PLATFORMS),
    "hours.rule_book_changes": Case("GET", f"{DRAFT}/changes.csv", ok=409, roles=MAKES, per_role=NOT_THE_PLATFORMS),
    "hours.rule_book_discard": Case(
        "POST", "/rule-book-drafts/{draft_to_discard}/discard", ok=303, roles=MAKES, per_role=NOT_THE_PLATFORMS
    ),
    "hours.rerate": Case("GET", "/rule-books/{rule_book}/re-rate", roles=MAKES, per_role=SEEN_BY_THE_PLATFORM),
    "hours.rerate_preview": Case(
        "POST", "/rule-books/{rule_book}/re-rate/preview", ok=422, roles=MAKES, per_role=SEEN_BY_THE_PLATFORM
    ),
    "hours.rerate_go": Case(
        "POST", "/rule-books/{rule_book}/re-rate", ok=422, roles=MAKES, per_role=SEEN_BY_THE_PLATFORM
    ),
    "hours.rerating": Case("GET", "/re-ratings/{rerating}", roles=SEES),
    "api.hours.rule_books": Case("GET", "/api/v1/rule-books", roles=SEES, stranger=200),
    "api.hours.rule_book": Case("GET", "/api/v1/rule-books/{rule_book}", roles=SEES),
    "api.hours.rule_book_drafts": Case("GET", "/api/v1/rule-book-drafts", roles=MAKES, stranger=200),
    "api.hours.rule_book_begin": Case("POST", "/api/v1/rule-book-drafts", ok=400, roles=MAKES, stranger=400),
    "api.hours.rule_book_draft": Case("GET", f"/api/v1{DRAFT}", roles=MAKES, per_role=NOT_THE_PLATFORMS),
    "api.hours.rule_book_change": Case("PUT", f"/api/v1{DRAFT}", ok=400, roles=MAKES, stranger=400),
    "api.hours.rule_book_preview": Case("POST", f"/api/v1{DRAFT}/preview", ok=400, roles=MAKES, stranger=400),
    "api.hours.rule_book_publish": Case(
        "POST", f"/api/v1{DRAFT}/publish", ok=409, roles=MAKES, per_role=NOT_THE_PLATFORMS
    ),
    "api.hours.rule_book_discard": Case(
        "DELETE", "/api/v1/rule-book-drafts/{draft_to_delete}", ok=204, roles=MAKES, per_role=NOT_THE_PLATFORMS
    ),
    "api.hours.rerate_preview": Case(
        "POST", "/api/v1/rule-books/{rule_book}/re-rating-preview", ok=400, roles=MAKES, stranger=400
    ),
    "api.hours.rerate": Case("POST", "/api/v1/rule-books/{rule_book}/re-ratings", ok=400, roles=MAKES, stranger=400),
    "api.hours.rerating": Case("GET", "/api/v1/re-ratings/{rerating}", roles=SEES),
}
