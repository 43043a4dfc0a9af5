"""What a rule answers with: a refusal in words, or nothing. Standard library and msgspec only: any rule may use it."""

from typing import Any

from msgspec import Struct, field


def N_(sentence: str) -> str:  # noqa: N802 (the name gettext tools look for)
    """Mark a sentence for the catalogues without translating it yet: it is translated where it is shown."""
    return sentence


class Refusal(Struct, frozen=True):
    """Why something may not be done, and what would change that.

    `code` is for programs, `text` and `fix` are marked English sentences with `%(name)s` places filled from `params`.
    `status` is the HTTP status the answer carries.
    """

    code: str
    text: str
    fix: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    status: int = 409

    def with_params(self, **params: Any) -> "Refusal":
        """The same refusal with its places filled."""
        return Refusal(self.code, self.text, self.fix, params, self.status)
