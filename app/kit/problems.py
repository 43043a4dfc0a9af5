"""How the OpenAPI description names refusals: RFC 9457 problems, as `app.kit.answers` writes them."""

from litestar.openapi import ResponseSpec
from msgspec import Struct


class Reason(Struct, frozen=True, kw_only=True):
    """One of the reasons of a refusal."""

    code: str
    text: str
    fix: str


class Problem(Struct, frozen=True, kw_only=True):
    """A refusal: its code for programs, the sentence a person would read, and what would change it."""

    type: str
    title: str
    status: int
    code: str
    fix: str
    reasons: list[Reason]
    fields: dict[str, str]


def refusal(description: str) -> ResponseSpec:
    """A documented refusal, without the random examples that would change the description at every start."""
    return ResponseSpec(
        Problem, description=description, media_type="application/problem+json", generate_examples=False
    )


READS = {401: refusal("No key, or an unknown one."), 404: refusal("Absent, or not yours.")}
"""For routes that only read one thing."""

CHANGES = READS | {
    403: refusal("Yours to see, not to change."),
    409: refusal("Refused, with every reason and its fix."),
    422: refusal("Well formed, and still not to be taken; `fields` says where."),
}
"""For routes that change something."""
