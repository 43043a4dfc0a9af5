"""What a package says about an import of its own; everything else is the same for all."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from msgspec import Struct

from app.kit.importing.shapes import Field, Given, Mapping, Outcome, Ready, Run, Written

Options = Callable[[], Awaitable[list[tuple[str, str]]]]
Check = Callable[[Run, Sequence[Given]], Awaitable[list[Outcome]]]
Write = Callable[[Run, Sequence[Ready]], Awaitable[list[Written]]]
Show = Callable[[Sequence[dict[str, Any]]], Awaitable[list[list[tuple[str, str]]]]]


class WordChoice(Struct, frozen=True, kw_only=True):
    """A field whose words in the file stand for codes of ours; someone looks the guesses over in the preview."""

    field: str
    title: str
    hint: str
    options: Options
    blank: str
    """What the empty choice means."""
    guess: Callable[[str], str]

    def code_for(self, word: str, mapping: Mapping) -> str:
        """Our code for a word of theirs: as chosen before, else as guessed."""
        chosen = mapping.choices.get(self.field, {})
        return chosen[word] if word in chosen else self.guess(word)


class Desk(Struct, frozen=True, kw_only=True):
    """One kind of import. Sentences are marked, not translated yet."""

    kind: str
    path: str
    """Where its pages are, for example `/imports/opportunities`."""
    name: str
    """What its routes are called, for example `shifts.imports`."""
    access: str
    """The permission its routes ask for."""
    title: str
    lede: str
    taken: str
    """What becomes of the rows, said before they are confirmed."""
    done_href: str
    done_label: str
    fields: tuple[Field, ...]
    asks_source: bool
    """Whether the file's source is named, because its keys are only known within it."""
    choices: tuple[WordChoice, ...]
    notes: dict[str, str]
    """Every oddity's code with its sentence: what it is and what was done."""
    check: Check
    write: Write
    show: Show
    """Rows' accepted values, each as (label, text) in the reader's language."""

    @property
    def event(self) -> str:
        """What the worker is woken by."""
        return f"import.{self.kind}"

    def guess(self, headers: Sequence[str]) -> dict[str, str]:
        """Which column most likely gives which field: by whole names first, then by parts of names."""
        free = {header: " ".join(header.lower().replace("_", " ").split()) for header in headers}
        found: dict[str, str] = {}
        for fits in (lambda name, word: name == word, lambda name, word: word in name):
            for field in self.fields:
                if field.name in found:
                    continue
                for word in field.headers:
                    match = next((header for header, name in free.items() if fits(name, word)), None)
                    if match is not None:
                        found[field.name] = match
                        del free[match]
                        break
        return found
