"""Photos people send: checked, turned upright, made small, and freed of everything that is not the picture."""

from asyncio import to_thread
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from app.kit.errors import Invalid
from app.kit.rules import N_, Refusal

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 64_000_000
LONGEST_SIDE = 1600
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")

NOT_A_PICTURE = Refusal(
    "not_a_picture",
    N_("We cannot read this file as a picture. Send a JPEG, PNG or WebP photo, for example a screenshot."),
    status=422,
)
PICTURE_TOO_LARGE = Refusal(
    "picture_too_large",
    N_("This picture is too large. Send one of at most 12 MB and 64 million pixels."),
    status=422,
)


async def as_small_jpeg(content: bytes) -> bytes:
    """The picture as a JPEG of at most 1600 pixels a side, without place, time, device or any other metadata.

    Raises:
        Invalid: when it is no picture of a known format, or too large; said at the field `photo`.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(PICTURE_TOO_LARGE, photo=PICTURE_TOO_LARGE.text)
    return await to_thread(_small_jpeg, content)


def _small_jpeg(content: bytes) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as sent:
            if sent.width * sent.height > MOST_PIXELS:
                raise Invalid(PICTURE_TOO_LARGE, photo=PICTURE_TOO_LARGE.text)
            sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than it is needed
            upright = ImageOps.exif_transpose(sent)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _bare(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(PICTURE_TOO_LARGE, photo=PICTURE_TOO_LARGE.text) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Invalid(NOT_A_PICTURE, photo=NOT_A_PICTURE.text) from error


def _bare(picture: Image.Image) -> bytes:
    """The pixels alone, on white where they are transparent: a new image carries over no metadata."""
    colours = picture.convert("RGBA")
    plain = Image.new("RGB", colours.size, "white")
    plain.paste(colours, mask=colours.getchannel("A"))
    kept = BytesIO()
    plain.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()
