"""`linli verify-setup`: what an operator would otherwise find out from the first person it fails."""

import base64
import stat
from collections.abc import Awaitable, Callable

import asyncpg
from cryptography.exceptions import InvalidTag
from piccolo.conf.apps import Finder
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.cli import city
from app.cli.environment import key_file
from app.kit import sealing
from app.kit.db import connect_arguments
from app.settings import Settings

OLDEST_POSTGRES = 16
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SetupFault(Exception):
    """One thing that is not right, in a sentence; or how many were found."""


async def verify(settings: Settings) -> None:
    """Check everything and print a line for each.

    Raises:
        SetupFault: if anything is not right.
    """
    faults = 0
    for name, check in CHECKS.items():
        try:
            print(f"  right  {name}: {await check(settings)}")
        except (SetupFault, OSError, RuntimeError, asyncpg.PostgresError, RedisError) as error:
            faults += 1
            print(f"  WRONG  {name}: {error}")
    if faults:
        raise SetupFault(f"{faults} of {len(CHECKS)} checks found something wrong.")


async def _keys(settings: Settings) -> str:
    if len(settings.secret) < 32:
        raise SetupFault("LINLI_SECRET has fewer than 32 characters.")
    if len(base64.b64decode(settings.index_key)) != 32:
        raise SetupFault("LINLI_INDEX_KEY is not base64 of 32 bytes.")
    try:
        sealing.unseal(sealing.seal("check", "verify"), "verify")
    except InvalidTag as error:
        raise SetupFault("LINLI_DATA_KEYS cannot open what it sealed.") from error
    file = key_file(settings.state_dir)
    if not file.exists():
        return "given in the environment"
    if file.stat().st_mode & OPEN_TO_OTHERS:
        raise SetupFault(f"{file} can be read by other users; run chmod 600 on it.")
    return f"in {file}, or given in the environment"


async def _database(settings: Settings) -> str:
    connection = await asyncpg.connect(**connect_arguments(settings.database_url or "", settings.schema, role=None))
    try:
        release: str = await connection.fetchval("SHOW server_version")
        if int(release.split(".", maxsplit=1)[0]) < OLDEST_POSTGRES:
            raise SetupFault(f"PostgreSQL {release} is too old; {OLDEST_POSTGRES} is the oldest that works.")
        if not await connection.fetchval("SELECT to_regclass('migration') IS NOT NULL"):
            raise SetupFault("The database has not been migrated; run `linli migrate`.")
    finally:
        await connection.close()
    return f"PostgreSQL {release}"


async def _rights(settings: Settings) -> str:
    role = settings.app_role
    tables = [table._meta.tablename for table in Finder().get_table_classes() if getattr(table, "append_only", False)]
    connection = await asyncpg.connect(**connect_arguments(settings.database_url or "", settings.schema, role=role))
    try:
        for table in tables:
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                if await connection.fetchval("SELECT has_table_privilege($1, $2, $3)", role, table, right):
                    raise SetupFault(f"The role {role} may {right} {table}, which must only ever be appended to.")
    finally:
        await connection.close()
    return f"{role} can only append to {len(tables)} tables"


async def _queue(settings: Settings) -> str:
    client: Redis = Redis.from_url(settings.redis_url or "")
    try:
        server, policy = await client.info(), await client.config_get("maxmemory-policy")
    finally:
        await client.aclose()
    if policy.get("maxmemory-policy") != "noeviction":
        raise SetupFault("maxmemory-policy must be noeviction, or queued work and sign-ins may be thrown away.")
    if not server.get("aof_enabled"):
        raise SetupFault("appendonly is off, so a restart would sign everybody out and forget queued work.")
    return f"{server.get('server_name', 'redis')} {server.get('valkey_version', server['redis_version'])}"


async def _cookies(settings: Settings) -> str:
    if settings.base_url.startswith("https:") and not settings.secure_cookies:
        raise SetupFault("LINLI_BASE_URL is https, so LINLI_SECURE_COOKIES must be 1.")
    if settings.secure_cookies and not settings.base_url.startswith("https:"):
        raise SetupFault("LINLI_SECURE_COOKIES is 1, but LINLI_BASE_URL is not https: nobody could sign in.")
    return settings.base_url


async def _demo(settings: Settings) -> str:
    found = await city.organisations(settings)
    if settings.demo and found.total > found.demo:
        raise SetupFault("LINLI_DEMO shows sign-ins with known passwords, and real organisations are in the database.")
    return f"{found.total - found.demo} real organisations, {found.demo} of the demonstration"


CHECKS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "keys": _keys,
    "database": _database,
    "rights": _rights,
    "queue": _queue,
    "cookies": _cookies,
    "demonstration": _demo,
}
