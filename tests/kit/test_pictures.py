"""Photos people send become small JPEGs that say nothing but what they show."""

from io import BytesIO

import pytest
from PIL import Image

from app.kit.errors import Invalid
from app.kit.pictures import LONGEST_SIDE, MOST_BYTES, as_small_jpeg

MAKER, ORIENTATION, GPS = 0x010F, 0x0112, 0x8825


def photo(width: int = 2400, height: int = 1800, kind: str = "JPEG", **more: object) -> bytes:
    """A picture whose left half is red and right half blue."""
    picture = Image.new("RGB", (width, height), (200, 0, 0))
    picture.paste((0, 0, 200), (width // 2, 0, width, height))
    kept = BytesIO()
    picture.save(kept, kind, **more)  # type: ignore[arg-type]
    return kept.getvalue()


def telling() -> bytes:
    """A photo as a telephone takes it: who made the telephone, where it was, and lying on its side."""
    exif = Image.Exif()
    exif[MAKER] = "Telephone Works"
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[2] = (22.0, 32.0, 6.0)
    return photo(exif=exif, comment=b"taken at home")


async def test_a_photo_is_made_small_and_loses_its_place_time_and_device() -> None:
    sent = telling()
    with Image.open(BytesIO(sent)) as before:
        assert before.getexif()[MAKER] == "Telephone Works"
        assert before.getexif().get_ifd(GPS)
    kept = await as_small_jpeg(sent)
    with Image.open(BytesIO(kept)) as after:
        assert after.format == "JPEG"
        assert max(after.size) == LONGEST_SIDE
        assert not dict(after.getexif())
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(after.info)
    for told in (b"Telephone", b"taken at home", b"Exif"):
        assert told in sent
        assert told not in kept


async def test_a_photo_stands_upright_after_its_orientation_is_gone() -> None:
    kept = await as_small_jpeg(telling())
    with Image.open(BytesIO(kept)) as after:
        assert after.size == (1200, 1600), "turned by a quarter"
        red, _, blue = after.getpixel((600, 100))  # type: ignore[misc]
        assert red > blue, "what was on the left is on top"


async def test_a_transparent_picture_stands_on_white_and_a_small_one_stays_small() -> None:
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    sent = BytesIO()
    clear.save(sent, "PNG")
    with Image.open(BytesIO(await as_small_jpeg(sent.getvalue()))) as after:
        assert after.size == (40, 30)
        assert min(after.getpixel((5, 5))) > 250  # type: ignore[arg-type, type-var]


@pytest.mark.parametrize(
    "sent",
    [b"", b"not a picture", b"%PDF-1.7 ...", b"<svg xmlns='http://www.w3.org/2000/svg'/>", photo()[:3000]],
    ids=["nothing", "text", "pdf", "svg", "half a jpeg"],
)
async def test_what_is_no_picture_is_refused_with_a_sentence(sent: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        await as_small_jpeg(sent)
    assert refused.value.first.code == "not_a_picture"
    assert refused.value.fields["photo"]


async def test_a_gif_is_not_taken() -> None:
    with pytest.raises(Invalid, match="not_a_picture"):
        await as_small_jpeg(photo(20, 20, "GIF"))


async def test_too_many_bytes_or_pixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(Invalid, match="picture_too_large"):
        await as_small_jpeg(b"\xff" * (MOST_BYTES + 1))
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(Invalid, match="picture_too_large"):
        await as_small_jpeg(bomb.getvalue())
