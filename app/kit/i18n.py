"""Language of the reader: chosen per request, catalogues read from `.po` at start, English sentences as keys."""

import gettext as gettext_module
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Scope, Send

from app.kit.rules import Refusal
from app.settings import ROOT

LOCALES = ("zh_CN", "en")
"""English sentences are the keys of the catalogues, so `en` needs none of its own."""

COOKIE = "lang"

_locale: ContextVar[str] = ContextVar("locale", default="zh_CN")


def locale() -> str:
    """The locale of this task: `zh_CN` or `en`."""
    return _locale.get()


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Speak one locale for the length of a block: for jobs, which have no request to take it from."""
    token = _locale.set(chosen if chosen in LOCALES else LOCALES[0])
    try:
        yield
    finally:
        _locale.reset(token)


def choose(cookie: str | None, accept_language: str) -> str:
    """The reader's own choice, else the first language of the browser's list that Linli speaks, else Chinese."""
    if cookie in LOCALES:
        return cookie
    ranked = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, tag.lower()))
        except ValueError:
            continue
    for _, _, tag in sorted(ranked):
        if tag.startswith("zh"):
            return "zh_CN"
        if tag.startswith("en"):
            return "en"
    return LOCALES[0]


def choose_for(connection: ASGIConnection) -> str:  # type: ignore[type-arg]
    """Choose from a connection's cookie and headers, and speak it from here on."""
    chosen = choose(connection.cookies.get(COOKIE), connection.headers.get("accept-language", ""))
    _locale.set(chosen)
    return chosen


def catalogue_files(chosen: str) -> list[Path]:
    """One catalogue a package, so that a package's words live and move together."""
    return sorted((ROOT / "locales" / chosen).glob("*.po"))


@cache
def _translations(chosen: str) -> gettext_module.NullTranslations:
    together = Catalog(locale=chosen)
    for file in catalogue_files(chosen):
        with file.open("rb") as source:
            for message in read_po(source, locale=chosen):
                if message.id and message.string:
                    together[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return gettext_module.GNUTranslations(compiled)


def gettext(sentence: str) -> str:
    """The sentence in the reader's language."""
    return _translations(locale()).gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of the sentence that fits `count`."""
    return _translations(locale()).ngettext(one, many, count)


def pgettext(context: str, sentence: str) -> str:
    """The sentence in the reader's language, for a word that needs its context to be translated."""
    return _translations(locale()).pgettext(context, sentence)


def npgettext(context: str, one: str, many: str, count: int) -> str:
    """`ngettext` with a context."""
    return _translations(locale()).npgettext(context, one, many, count)


def say(refusal: Refusal) -> str:
    """A refusal's sentence in the reader's language."""
    return gettext(refusal.text) % refusal.params if refusal.params else gettext(refusal.text)


def say_fix(refusal: Refusal) -> str:
    """What would change it, in the reader's language; empty when nothing would."""
    if not refusal.fix:
        return ""
    return gettext(refusal.fix) % refusal.params if refusal.params else gettext(refusal.fix)


def by_locale(zh: str, en: str) -> str:
    """One of two names kept in two columns; the Chinese one when there is no English."""
    return en if locale() == "en" and en else zh


class LocaleMiddleware:
    """Chooses the reader's language before anything else can answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        choose_for(ASGIConnection(scope))
        await self.app(scope, receive, send)
