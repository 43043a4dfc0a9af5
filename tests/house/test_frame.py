"""The frame itself: it serves, refuses and speaks."""

from collections.abc import Callable

from tests.visitor import Visitor


async def test_health_and_readiness_answer(visit: Callable[[], Visitor]) -> None:
    visitor = visit()
    assert (await visitor.get("/healthz")).json() == {"status": "ok"}
    ready = await visitor.get("/readyz")
    assert ready.status_code == 200, ready.text
    assert "linli" not in ready.cookies


async def test_an_unknown_address_is_a_page_that_says_so_in_the_readers_language(visit: Callable[[], Visitor]) -> None:
    visitor = visit()
    english = await visitor.get("/no-such-page")
    assert english.status_code == 404
    assert "We cannot find this page." in english.text
    assert "script-src 'self'" in english.headers["content-security-policy"]
    as_json = await visitor.get("/api/v1/no-such-thing")
    assert as_json.headers["content-type"].startswith("application/problem+json")
    assert as_json.json()["code"] == "not_found"
