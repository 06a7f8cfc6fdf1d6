"""Cells whose formula failed, such as ``#N/A``: made texts, for a reader would take them for empty ones.

An empty cell empties what it stands for, so that a failed one must not look like it.
"""

import re
import zlib
from collections.abc import Iterable, Iterator

from attrs import evolve

from worktraq.adapters.excel.archive import CHUNK, Part, unpacked
from worktraq.adapters.excel.limits import Limits
from worktraq.adapters.excel.survey import LONGEST_TOKEN

_QUOTED, _APOSTROPHED = b't="e"', b"t='e'"  # how a cell says that its formula failed

_FAILED = re.compile(rb"""(<(?:[^\s<>:/]+:)?c\s(?:[^<>]*\s)?t=)(["'])e\2""")


def has_marks(block: bytes) -> bool:
    """Whether a failed cell may stand in these bytes."""
    return _QUOTED in block or (b"'" in block and _APOSTROPHED in block)


def told_as_text(part: Part, limits: Limits) -> Part:
    """The part, with failed cells turned into texts of what they show."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = bytearray()
    size = checksum = 0
    for block in _whole_tags(unpacked(part, limits)):
        told = _FAILED.sub(rb"\1\2str\2", block) if has_marks(block) else block
        packed += packer.compress(told)
        size += len(told)
        checksum = zlib.crc32(told, checksum)
    packed += packer.flush()
    return evolve(part, is_deflated=True, packed=memoryview(bytes(packed)), size=size, checksum=checksum)


def _whole_tags(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut before a tag, where tags are of a length that is read at all."""
    waiting = b""
    for piece in pieces:
        whole, mark, waiting = (waiting + piece).rpartition(b"<")
        waiting = mark + waiting
        yield whole
        if len(waiting) > LONGEST_TOKEN + CHUNK:
            yield waiting
            waiting = b""
    yield waiting
