"""A colour and a logo, and what can be read on them."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.branding import (
    BLACK,
    ENOUGH,
    LARGEST_LOGO,
    WHITE,
    WIDEST_LOGO,
    Brand,
    contrast,
    readable,
    rebranded,
    text_on,
)
from worktraq.core.ids import OrganizationId
from worktraq.errors import InvalidInput
from worktraq.testing.builders import new_id

PLAIN = Brand(OrganizationId(new_id()))
colours = st.binary(min_size=3, max_size=3).map(lambda parts: "#" + parts.hex())


def png(width: int = 10, height: int = 20, more: bytes = b"") -> bytes:
    """The beginning of a PNG of a size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + header + b"crc!" + more


def jpeg(width: int = 10, height: int = 20, before: bytes = b"\xff\xe0\x00\x04ab", frame: int = 0xC0) -> bytes:
    """The beginning of a JPEG of a size."""
    return b"\xff\xd8" + before + bytes([0xFF, frame]) + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"rest"


def refusal(colour: str = "", logo: bytes = b"") -> tuple[str, str]:
    """The field and code of what is wrong with a brand."""
    with pytest.raises(InvalidInput) as raised:
        rebranded(PLAIN, colour, logo)
    (problem,) = raised.value.problems
    return problem.field, problem.code


def test_a_colour_is_kept_in_small_letters() -> None:
    """And the version goes up."""
    brand = rebranded(PLAIN, "#0B5566", b"")
    assert (brand.colour, brand.logo_type, brand.version) == ("#0b5566", "", 1)


@pytest.mark.parametrize("colour", ["0B5566", "#0B556", "#0B55667", "red", "#0B556G", "#0b5566\n", " ", "#٠٠٠٠٠٠", 7])
def test_other_colours_are_refused(colour: str) -> None:
    """A style sheet takes it as it is, so nothing else may stand in it."""
    assert refusal(colour=colour) == ("colour", "colour_malformed")


@pytest.mark.parametrize(
    ("logo", "kind"),
    [
        (png(), "image/png"),
        (png(WIDEST_LOGO, WIDEST_LOGO), "image/png"),
        (png(more=b"x" * (LARGEST_LOGO - len(png()))), "image/png"),
        (jpeg(), "image/jpeg"),
        (jpeg(before=b"", frame=0xC2), "image/jpeg"),
        (jpeg(before=b"\xff\xc4\x00\x03t\xff\xe1\x00\x02"), "image/jpeg"),
    ],
)
def test_png_and_jpeg_are_taken(logo: bytes, kind: str) -> None:
    """By what stands in them, and up to the limits."""
    brand = rebranded(PLAIN, "", logo)
    assert (brand.logo, brand.logo_type) == (logo, kind)


@pytest.mark.parametrize(
    "logo",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\0" * 40,
        b"RIFF\0\0\0\0WEBP",
        b"\x89PNG\r\n\x1a\n",
        png().replace(b"IHDR", b"IDAT"),
        png(0, 5),
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        jpeg()[:12],
        jpeg(before=b"\xff\xe0\xff\xff"),
        jpeg(0, 5),
        b"\xff\xd8\xff" + b"\xff\xd8\x00\x02" * 3,
        "png",
    ],
)
def test_everything_else_is_no_logo(logo: bytes) -> None:
    """No scripts in drawings, and nothing that only pretends."""
    assert refusal(logo=logo) == ("logo", "image_kind_unknown")


@pytest.mark.parametrize(
    ("logo", "code"),
    [
        (png(more=b"x" * LARGEST_LOGO), "image_too_large"),
        (png(WIDEST_LOGO + 1, 1), "image_too_wide"),
        (jpeg(1, WIDEST_LOGO + 1), "image_too_wide"),
    ],
)
def test_large_logos_are_refused(logo: bytes, code: str) -> None:
    """In bytes, in width and in height."""
    assert refusal(logo=logo) == ("logo", code)


def code_of(logo: bytes) -> str:
    """What a logo is taken for, or the code of its refusal."""
    try:
        return rebranded(PLAIN, "", logo).logo_type
    except InvalidInput as error:
        return error.code


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_beginning_are_measured_or_refused(rest: bytes) -> None:
    """Whatever a file holds, nothing else than a refusal is raised."""
    assert code_of(b"\xff\xd8\xff" + rest) in ("image/jpeg", "image_kind_unknown", "image_too_wide")
    assert code_of(b"\x89PNG\r\n\x1a\n" + rest) in ("image/png", "image_kind_unknown", "image_too_wide")


def test_a_logo_is_not_shown_in_a_log() -> None:
    """A brand as text holds no image."""
    assert "PNG" not in repr(rebranded(PLAIN, "", png()))


def test_contrast_is_that_of_the_standard() -> None:
    """Known values, the same both ways."""
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.01)
    assert contrast(WHITE, "#777777") == contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)


@given(colours)
def test_text_on_any_colour_can_be_read(colour: str) -> None:
    """White, or black where white would not do."""
    assert contrast(text_on(colour), colour) >= ENOUGH


@given(colours, colours)
def test_any_colour_becomes_readable_on_any_ground(colour: str, ground: str) -> None:
    """And stays as it is where it can be read already."""
    made = readable(colour, ground)
    assert contrast(made, ground) >= ENOUGH
    assert made == colour or contrast(colour, ground) < ENOUGH


def test_what_cannot_be_mixed_becomes_black_or_white() -> None:
    """A ground on which only the end of the way can be read."""
    assert readable("#757575", "#757575") in (WHITE, BLACK)
