"""The zip archive around a workbook: taken apart with care, and packed again.

Programs read an ambiguous archive differently. So the parts that were checked are packed into an archive
of our own, as compressed as they came, and a reader sees that one: what was checked is what is read.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO

from attrs import frozen

from worktraq.adapters.excel.limits import Limits, refused

CHUNK = 64 * 1024
_PACKED_CHUNK = 16 * 1024
_FREE_BYTES = 2**20
_ENTRY_MARK = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8_NAME = 0x800
_ENCRYPTED = 0x41
_VERSION = 20
_FIRST_OF_1980 = 0x21


@frozen
class Part:
    """One file of the archive.

    Attributes:
        name: Its path, with forward slashes.
        is_deflated: Whether it is compressed, otherwise stored as it is.
        packed: Its bytes in the archive.
        size: Its unpacked size, as the archive claims.
        checksum: The CRC-32 of the unpacked bytes, as the archive claims.
    """

    name: str
    is_deflated: bool
    packed: memoryview
    size: int
    checksum: int


def parts_of(content: bytes, limits: Limits) -> tuple[Part, ...]:
    """The parts of an archive, nothing unpacked yet.

    Raises:
        InvalidInput: With code ``file_unreadable``, ``file_encrypted`` or ``file_inflates``.
    """
    # Counted before the directory is read, which would make an object for each.
    if content.count(_ENTRY_MARK) > limits.entries:
        raise refused("file_inflates")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, OSError) as error:
        raise refused("file_unreadable") from error
    parts = tuple(_part(entry, content) for entry in entries if not entry.is_dir())
    if len({part.name.lower() for part in parts}) < len(parts):
        raise refused("file_unreadable")
    return parts


def _part(entry: zipfile.ZipInfo, content: bytes) -> Part:
    if entry.flag_bits & _ENCRYPTED:
        raise refused("file_encrypted")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise refused("file_unreadable")
    start = entry.header_offset + _LOCAL.size
    header = content[entry.header_offset : start] if entry.header_offset >= 0 else b""
    if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise refused("file_unreadable")
    start += sum(_LOCAL.unpack(header)[-2:])
    packed = memoryview(content)[start : start + entry.compress_size]
    is_deflated = entry.compress_type == zipfile.ZIP_DEFLATED
    return Part(entry.filename.replace("\\", "/"), is_deflated, packed, entry.file_size, entry.CRC)


def unpacked(part: Part, limits: Limits) -> Iterator[bytes]:
    """The bytes of a part in pieces, each of at most 64 KB.

    Raises:
        InvalidInput: The part is damaged (``file_unreadable``) or unpacks to too much (``file_inflates``).
    """
    most = max(len(part.packed) * limits.ratio, _FREE_BYTES)
    size = checksum = 0
    for piece in _inflated(part.packed) if part.is_deflated else _sliced(part.packed, CHUNK):
        size += len(piece)
        if size > most:
            raise refused("file_inflates")
        checksum = zlib.crc32(piece, checksum)
        yield bytes(piece)
    if (size, checksum) != (part.size, part.checksum):
        raise refused("file_unreadable")


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in _sliced(packed, _PACKED_CHUNK):
            waiting: bytes | memoryview = piece
            while waiting:
                yield inflater.decompress(waiting, CHUNK)
                waiting = inflater.unconsumed_tail
        while rest := inflater.decompress(b"", CHUNK):
            yield rest
    except zlib.error as error:
        raise refused("file_unreadable") from error
    if not inflater.eof or inflater.unused_data:
        raise refused("file_unreadable")


def _sliced(data: memoryview, length: int) -> Iterator[memoryview]:
    return (data[start : start + length] for start in range(0, len(data), length))


def packed_again(parts: Iterable[Part]) -> bytes:
    """An archive of these parts and nothing else."""
    archive, directory, count = bytearray(), bytearray(), 0
    for part in parts:
        name = part.name.encode()
        method = zipfile.ZIP_DEFLATED if part.is_deflated else zipfile.ZIP_STORED
        common = (_UTF8_NAME, method, 0, _FIRST_OF_1980, part.checksum, len(part.packed), part.size, len(name), 0)
        directory += _CENTRAL.pack(_ENTRY_MARK, _VERSION, _VERSION, *common, 0, 0, 0, 0, len(archive)) + name
        archive += _LOCAL.pack(b"PK\x03\x04", _VERSION, *common) + name
        archive += part.packed
        count += 1
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(archive), 0)
    return bytes(archive + directory + end)
