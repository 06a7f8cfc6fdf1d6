"""How an organization looks to its customers: a colour and a logo, and what can be read on and beside that colour.

Contrast is that of WCAG 2: 4.5 and more is enough for text of any size.
"""

import re
import struct
from collections.abc import Callable

from attrs import evolve, field, frozen

from worktraq.core.ids import OrganizationId
from worktraq.errors import InvalidInput

BLACK, WHITE = "#000000", "#ffffff"
ENOUGH = 4.5
LARGEST_LOGO = 200 * 1024
"""In bytes."""
WIDEST_LOGO = 2000
"""In pixels, for its height too."""

_COLOUR = re.compile("#[0-9A-Fa-f]{6}")
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STEPS = 20


@frozen
class Brand:
    """How an organization looks.

    Attributes:
        organization_id: Whose brand it is.
        colour: As ``#rrggbb``; empty for the usual one.
        logo: A PNG or JPEG; empty for none.
        logo_type: ``image/png``, ``image/jpeg``, or empty without a logo.
        version: Goes up with every change; 0 while nothing was chosen.
    """

    organization_id: OrganizationId
    colour: str = ""
    logo: bytes = field(default=b"", repr=False)
    logo_type: str = ""
    version: int = 0


def rebranded(brand: Brand, colour: str, logo: bytes) -> Brand:
    """The brand with another colour or logo.

    Raises:
        InvalidInput: With ``colour_malformed``, ``image_too_large``, ``image_kind_unknown`` or ``image_too_wide``.
    """
    return evolve(
        brand, colour=clean_colour(colour), logo=logo, logo_type=_type_of_logo(logo), version=brand.version + 1
    )


def clean_colour(colour: str) -> str:
    """The colour in small letters, or empty.

    Raises:
        InvalidInput: With ``colour_malformed``.
    """
    if colour and not (isinstance(colour, str) and _COLOUR.fullmatch(colour)):
        raise InvalidInput.of("colour", "colour_malformed")
    return colour.lower() if colour else ""


def _type_of_logo(logo: bytes) -> str:
    if not isinstance(logo, bytes):
        raise InvalidInput.of("logo", "image_kind_unknown")
    if not logo:
        return ""
    if len(logo) > LARGEST_LOGO:
        raise InvalidInput.of("logo", "image_too_large", kilobytes=LARGEST_LOGO // 1024)
    kind, size = next(((kind, measure(logo)) for magic, kind, measure in _KINDS if logo.startswith(magic)), ("", None))
    if size is None or not all(size):
        raise InvalidInput.of("logo", "image_kind_unknown")
    if max(size) > WIDEST_LOGO:
        raise InvalidInput.of("logo", "image_too_wide", most=WIDEST_LOGO)
    return kind


def _size_of_png(logo: bytes) -> tuple[int, int] | None:
    """Width and height, which the first chunk holds."""
    if len(logo) < 33 or logo[8:16] != b"\x00\x00\x00\x0dIHDR":
        return None
    width, height = struct.unpack(">II", logo[16:24])
    return width, height


def _size_of_jpeg(logo: bytes) -> tuple[int, int] | None:
    """Width and height, which the first frame header holds; the segments before it are skipped by their lengths."""
    at = 2
    while at + 9 <= len(logo) and logo[at] == 0xFF:
        marker, length = logo[at + 1], int.from_bytes(logo[at + 2 : at + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", logo[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


_Measure = Callable[[bytes], tuple[int, int] | None]
_KINDS: tuple[tuple[bytes, str, _Measure], ...] = (
    (_PNG, "image/png", _size_of_png),
    (_JPEG, "image/jpeg", _size_of_jpeg),
)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour; of one of them the contrast is always enough."""
    return WHITE if contrast(WHITE, colour) >= ENOUGH else BLACK


def readable(colour: str, ground: str) -> str:
    """The colour as text on a ground: darker or lighter, as far as it takes to be read."""
    towards = text_on(ground)
    for step in range(_STEPS):
        mixed = _mixed(colour, towards, step / _STEPS)
        if contrast(mixed, ground) >= ENOUGH:
            return mixed
    return towards


def _mixed(colour: str, other: str, share: float) -> str:
    parts = (round(one + (two - one) * share) for one, two in zip(_parts(colour), _parts(other), strict=True))
    return "#" + bytes(parts).hex()


def _parts(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    linear: float = part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
    return linear
