"""create_app(): the one place that lists routes, middleware and error answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from arq import create_pool
from arq.connections import RedisSettings
from litestar import Litestar, Router
from litestar.config.csrf import CSRFConfig
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.stores.redis import RedisStore
from litestar.template import TemplateConfig
from redis.asyncio import Redis

from app.accounts import api as accounts_api
from app.accounts import routes as accounts
from app.accounts.actor import ActorMiddleware
from app.accounts.guard import guard
from app.demo.sign_ins import SIGN_INS
from app.hours import api as hours_api
from app.hours import routes as hours
from app.kit import answers, preferences, static, watching
from app.kit.access import PUBLIC
from app.kit.db import close_pool, open_pool
from app.kit.headers import HeadersMiddleware
from app.kit.i18n import LocaleMiddleware
from app.kit.limits import limited
from app.kit.outbox import use_queue
from app.kit.sessions import SessionConfig
from app.kit.web import template_engine
from app.matching import api as matching_api
from app.matching import routes as matching
from app.navigation import nav
from app.notices import routes as notices
from app.programs import api as programs_api
from app.programs import routes as programs
from app.reports import api as reports_api
from app.reports import routes as reports
from app.requests import api as requests_api
from app.requests import routes as requests
from app.settings import settings
from app.shifts import api as shifts_api
from app.shifts import routes as shifts
from app.volunteers import api as volunteers_api
from app.volunteers import routes as volunteers

PAGES = [accounts, notices, programs, volunteers, shifts, hours, requests, reports, matching]
APIS = [
    accounts_api,
    programs_api,
    volunteers_api,
    shifts_api,
    hours_api,
    requests_api,
    reports_api,
    matching_api,
]

API_TEXT = """
The chain contract → request → shift → attendance → hour → report as JSON.

Every call carries an organisation's key: `Authorization: Bearer lk_…`. A key acts as the member who made it, with one
role in one organisation, and sees what that role sees; what is absent and what is not yours are the same 404.
Refusals are `application/problem+json` with a `code`, the sentence a person would read, and what would change it.
Times are ISO 8601 with an offset, durations are whole minutes, money is whole fen.
"""


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    """Hold the pool, Valkey and the queue while the app serves; fail to start when one cannot be reached."""
    chosen = settings()
    if not chosen.database_url or not chosen.redis_url:
        raise RuntimeError(
            "DATABASE_URL and REDIS_URL must be set; `linli serve` starts servers of its own and sets them"
        )
    await open_pool(chosen.database_url, chosen.schema, chosen.app_role, chosen.pool_size)
    queue = await create_pool(RedisSettings.from_dsn(chosen.redis_url))
    use_queue(queue)
    try:
        yield
    finally:
        use_queue(None)
        await queue.aclose()
        await app.state.valkey.aclose()
        await close_pool()


def create_app() -> Litestar:
    """The whole app, ready to be served.

    Raises:
        RuntimeError: when a secret is missing or too short to protect anyone.
    """
    chosen = settings()
    if len(chosen.secret) < 32:
        raise RuntimeError("LINLI_SECRET must be set to at least 32 random characters")
    watching.configure_logs()
    valkey: Redis = Redis.from_url(chosen.redis_url or "redis://127.0.0.1:1")
    sessions = SessionConfig(
        key="linli",
        max_age=14 * 24 * 3600,
        renew_on_access=True,
        secure=chosen.secure_cookies,
        exclude=["^/static/", "^/api/"],
    )
    app = Litestar(
        route_handlers=[
            *watching.ROUTES,
            *preferences.ROUTES,
            *static.ROUTES,
            *(route for package in PAGES for route in package.ROUTES),
            Router("/api/v1", route_handlers=[route for package in APIS for route in package.ROUTES]),
        ],
        lifespan=[lifespan],
        guards=[limited, guard],
        middleware=[
            watching.WatchMiddleware,
            HeadersMiddleware,
            LocaleMiddleware,
            sessions.middleware,
            ActorMiddleware,
        ],
        csrf_config=CSRFConfig(
            secret=chosen.secret,
            cookie_secure=chosen.secure_cookies,
            cookie_httponly=True,
            exclude=["^/api/", "^/static/", "^/healthz", "^/readyz", "^/metrics"],
        ),
        exception_handlers=answers.HANDLERS,
        stores={"sessions": RedisStore(redis=valkey, namespace="session")},
        template_config=TemplateConfig(instance=template_engine(static.address)),
        openapi_config=OpenAPIConfig(
            title="Linli",
            version="1",
            description=API_TEXT,
            components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
            security=[{"key": []}],
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
            openapi_router=Router("/api/schema", route_handlers=[], opt={"access": PUBLIC}),
            create_examples=False,
        ),
        request_max_body_size=32 * 1024 * 1024,
    )
    app.state.valkey = valkey
    app.state.sessions = sessions._backend_class(config=sessions)
    app.state.nav = nav
    app.state.demo_sign_ins = SIGN_INS if chosen.demo else []
    return app
