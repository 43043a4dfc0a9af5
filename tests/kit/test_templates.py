"""What makes pages quick rests on how templates are written."""

import pytest
from jinja2 import meta

from app.kit.web import environment
from app.settings import ROOT

MACROS = sorted(file.name for file in (ROOT / "templates" / "_macros").glob("*.html"))


@pytest.mark.parametrize("file", MACROS)
def test_macros_take_all_they_show_as_arguments(file: str) -> None:
    """They are run once a request, by whoever imports them first, so they must not look at the importer's variables."""
    made = environment()
    source = (ROOT / "templates" / "_macros" / file).read_text(encoding="utf-8")
    assert meta.find_undeclared_variables(made.parse(source)) <= {"static"}
