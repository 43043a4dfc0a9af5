"""One frozen Struct, read once from the environment. No other module reads `os.environ`."""

import os
from functools import cache
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that differs between two installations.

    `database_url` and `redis_url` are None until the embedded servers have started or the environment names real ones.
    """

    database_url: str | None
    redis_url: str | None
    schema: str
    """One city is one PostgreSQL schema; the app finds it by `search_path`."""
    app_role: str
    """The database role the app works as. It cannot change or delete what is append-only; migrations run without it."""
    state_dir: Path
    """Where embedded servers, generated keys and exported files live."""
    host: str
    port: int
    base_url: str
    """What links in printed cards and messages begin with."""
    secret: str
    """Signs form tokens and door-card codes. At least 32 characters."""
    data_keys: str
    """`name:base64,name:base64`: keys of 32 bytes for encrypted columns, the newest first."""
    index_key: str
    """Base64 of 32 bytes, for blind indexes. Stays when `data_keys` rotate."""
    zone: str
    secure_cookies: bool
    pool_size: int
    metrics_token: str
    """Asked as a bearer token at /metrics; empty means loopback only."""
    demo: bool
    """Shows the demo sign-ins on the sign-in page. Never set where real people are served."""


class Misconfigured(Exception):
    """A variable holds something that cannot be meant; the message names it."""


def read(environment: dict[str, str]) -> Settings:
    """Settings from these variables; names are the field names in capitals after `LINLI_`, two excepted.

    Raises:
        Misconfigured: if a number is none.
    """

    def text(name: str, default: str = "") -> str:
        return environment.get(f"LINLI_{name}", default)

    def whole(name: str, default: int) -> int:
        given = text(name, str(default))
        if not given.isdecimal():
            raise Misconfigured(f"LINLI_{name} must be a whole number, not {given!r}.")
        return int(given)

    port = whole("PORT", 8000)
    return Settings(
        database_url=environment.get("DATABASE_URL") or None,
        redis_url=environment.get("REDIS_URL") or None,
        schema=text("SCHEMA", "public"),
        app_role=text("APP_ROLE", "linli_app"),
        state_dir=Path(text("STATE_DIR", str(ROOT / ".linli"))).resolve(),
        host=text("HOST", "127.0.0.1"),
        port=port,
        base_url=text("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        secret=text("SECRET"),
        data_keys=text("DATA_KEYS"),
        index_key=text("INDEX_KEY"),
        zone=text("ZONE", "Asia/Shanghai"),
        secure_cookies=text("SECURE_COOKIES", "0") == "1",
        pool_size=whole("POOL_SIZE", 10),
        metrics_token=text("METRICS_TOKEN"),
        demo=text("DEMO", "0") == "1",
    )


@cache
def settings() -> Settings:
    """The settings of this process. The command line completes the environment first (see `app.cli`)."""
    return read(dict(os.environ))
