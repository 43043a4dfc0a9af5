"""What operators see: one structured log line a request, Prometheus counts, health and readiness."""

import time
from typing import Any

import structlog
from litestar import Response, get
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from app.kit.access import PUBLIC
from app.kit.db import value
from app.kit.errors import NotFound
from app.kit.web import AnyRequest
from app.settings import settings

log = structlog.get_logger()

REQUESTS = Counter("linli_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("linli_request_seconds", "Time to answer", ["route", "method"])


def configure_logs() -> None:
    """One JSON object a line, with the request's own fields."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        cache_logger_on_first_use=True,
    )


class WatchMiddleware:
    """Counts and logs every request by its route, never by its path, so that no token or name gets into logs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        structlog.contextvars.clear_contextvars()
        try:
            await self.app(scope, receive, send_watched)
        finally:
            seconds = time.perf_counter() - started
            route = scope.get("path_template") or "(no route)"
            REQUESTS.labels(route, scope["method"], status).inc()
            SECONDS.labels(route, scope["method"]).observe(seconds)
            actor = scope["state"].get("actor")
            log.info(
                "request",
                route=route,
                method=scope["method"],
                status=status,
                ms=round(seconds * 1000, 1),
                account=actor.account_id if actor else None,
            )


@get("/healthz", name="kit.health", access=PUBLIC, include_in_schema=False)
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/readyz", name="kit.ready", access=PUBLIC, include_in_schema=False)
async def ready(request: AnyRequest) -> Response[dict[str, str]]:
    """Database and queue answer too; 503 with what is missing otherwise."""
    state = {"database": "ok", "valkey": "ok"}
    try:
        await value("SELECT 1")
    except Exception as error:  # noqa: BLE001 (whatever is wrong, the answer is "not ready")
        state["database"] = type(error).__name__
    try:
        await request.app.state.valkey.ping()
    except Exception as error:  # noqa: BLE001
        state["valkey"] = type(error).__name__
    return Response(state, status_code=200 if set(state.values()) == {"ok"} else 503)


@get("/metrics", name="kit.metrics", access=PUBLIC, include_in_schema=False)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Prometheus text, to this machine or to whoever has the token; nobody else learns that it is here."""
    token = settings().metrics_token
    local = request.client is not None and request.client.host in ("127.0.0.1", "::1")
    if request.headers.get("authorization") != f"Bearer {token}" if token else not local:
        raise NotFound()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


ROUTES: list[Any] = [health, ready, metrics]
