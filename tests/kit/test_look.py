"""The look: contrast of every text colour in both themes, dark twice the same, nothing a strict CSP would block."""

import re
from pathlib import Path

import pytest

from app.settings import ROOT

CSS = (ROOT / "static" / "app.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


BLOCKS = re.findall(r":root[^{,]*\{[^}]*--paper:[^}]*\}", CSS)
LIGHT, DARK_BY_DEVICE, DARK_BY_CHOICE = (tokens(block) for block in BLOCKS)

GROUNDS = ("paper", "surface", "sunken")
TEXT_ON = [
    *((text, ground) for text in ("ink", "soft", "brand") for ground in GROUNDS),
    *((text, ground) for text in ("bad",) for ground in ("paper", "surface")),
    *(("ink", f"{tone}-tint") for tone in ("brand", "good", "waiting", "bad")),
    *((tone, f"{tone}-tint") for tone in ("brand", "good", "waiting", "bad")),
    ("mast-ink", "mast"),
    ("action-ink", "action"),
    ("action-ink", "action-over"),
]
SHAPE_ON = [(shape, ground) for shape in ("edge", "fill", "accent", "focus") for ground in GROUNDS]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_DEVICE], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out_seven_to_one(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 7


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_DEVICE], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_ON)
def test_edges_bars_and_focus_stand_out_three_to_one(theme: dict[str, str], shape: str, ground: str) -> None:
    assert contrast(theme[shape], theme[ground]) >= 3


def test_dark_by_choice_is_dark_by_device_and_names_every_colour() -> None:
    assert DARK_BY_CHOICE == DARK_BY_DEVICE
    assert DARK_BY_DEVICE.keys() == LIGHT.keys()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_a_template_holds_nothing_a_strict_policy_blocks(template: Path) -> None:
    source = template.read_text()
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style\b", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.search(r"hx-on|hx-vals=['\"]js:|javascript:", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")", source)


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    there = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "vendor" / "icons.svg").read_text()))
    named = {name for template in TEMPLATES for name in re.findall(r'\bicon\("([\w-]+)"\)', template.read_text())}
    assert named <= there
